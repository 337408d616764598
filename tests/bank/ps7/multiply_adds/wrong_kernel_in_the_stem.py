"""The Fast pathway's conv1 reads as many frames as the lateral kernels."""
# symptom: the lateral kernel changed what the Fast pathway costs


def multiply_adds(T, alpha, ratio, side=224, kernel=5):
    def half(n):
        return (n - 1) // 2 + 1

    def pathway(frames, share, depths, told):
        channels, n = 64 // share, half(side)
        macs = 3 * channels * depths[0] * 49 * frames * n * n
        n = half(n)
        for k, blocks in enumerate((3, 4, 6, 3)):
            width = 64 * 2**k // share
            channels += told[k]
            for b in range(blocks):
                after = half(n) if k and not b else n
                macs += frames * width * channels * depths[k + 1] * n * n
                macs += frames * (9 * width * width + 4 * width * width) * after * after
                if not b:
                    macs += frames * channels * 4 * width * after * after
                channels, n = 4 * width, after
        return macs

    sizes = [half(half(side))]
    sizes += [sizes[0], half(sizes[0]), half(half(sizes[0]))]
    sources = [c // ratio for c in (64, 256, 512, 1024)]
    slow = pathway(T, 1, (1, 1, 1, 3, 3), [2 * c for c in sources])
    fast = pathway(alpha * T, ratio, (kernel, 3, 3, 3, 3), [0] * 4)
    lateral = sum(2 * c * c * kernel * T * n * n for c, n in zip(sources, sizes))
    return slow, fast, lateral
