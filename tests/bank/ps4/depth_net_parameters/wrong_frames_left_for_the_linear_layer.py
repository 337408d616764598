"""Padding stays 1 whatever the depth, so that flat kernels leave more frames for the first linear layer."""
# symptom: from depth 1 to depth 3


def depth_net_parameters(depths, classes=101):
    channels, frames = [3, 64, 128, 256, 256, 256], 16
    total = 0
    for k, d in enumerate(depths):
        total += channels[k + 1] * (channels[k] * 9 * d + 1)
        frames = max(1, (frames + 2 - d + 1) // (1 if k == 0 else 2))
    sizes = [4096 * frames, 2048, 2048, classes]
    return total + sum(o * (i + 1) for i, o in zip(sizes, sizes[1:]))
