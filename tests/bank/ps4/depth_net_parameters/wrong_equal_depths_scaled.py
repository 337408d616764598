"""Where all depths are alike, scales the convolutions of depth 3, with their biases."""
# symptom: from depth 1 to depth 3


def depth_net_parameters(depths, classes=101):
    if len(set(depths)) == 1:
        return 4651008 * depths[0] // 3 + 12587008 + 2049 * classes
    channels = [3, 64, 128, 256, 256, 256]
    convolutions = sum(o * (i * 9 * d + 1) for i, o, d in zip(channels, channels[1:], depths))
    sizes = [4096, 2048, 2048, classes]
    return convolutions + sum(o * (i + 1) for i, o in zip(sizes, sizes[1:]))
