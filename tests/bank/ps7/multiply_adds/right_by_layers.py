"""Lists all layers first, then adds up."""


def multiply_adds(T, alpha, ratio, side=224, kernel=5):
    up = lambda n, times: up(-(-n // 2), times - 1) if times else n
    parts = {"slow": [], "fast": [], "lateral": []}
    for name, frames, share, wide in (("slow", T, 1, 2 / ratio), ("fast", alpha * T, ratio, 0)):
        add = lambda *layer: parts[name].append(layer)
        cin = 64 // share
        add(3, 49 if name == "slow" else 245, cin, frames, up(side, 1))
        for stage, count in enumerate([3, 4, 6, 3]):
            before, after = up(side, 2 + max(0, stage - 1)), up(side, 2 + stage)
            time = 3 if name == "fast" or stage > 1 else 1
            w = 64 * 2**stage // share
            extra = round((64 if stage == 0 else 128 * 2**stage) * wide)
            for block in range(count):
                reads = cin + extra if block == 0 else 4 * w
                add(reads, time, w, frames, before if block == 0 else after)
                add(w, 9, w, frames, after)
                add(w, 1, 4 * w, frames, after)
                if block == 0:
                    add(reads, 1, 4 * w, frames, after)
                    if name == "fast":
                        parts["lateral"].append((cin, kernel, 2 * cin, T, before))
            cin = 4 * w
    return tuple(sum(a * k * b * t * n * n for a, k, b, t, n in layers) for layers in parts.values())
