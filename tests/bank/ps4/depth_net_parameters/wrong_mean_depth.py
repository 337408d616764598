"""The mean of the depths is used for all five."""
# symptom: Each layer has its own depth


def depth_net_parameters(depths, classes=101):
    channels = [3, 64, 128, 256, 256, 256]
    convolutions = sum(o * (i * 9 * d + 1) for i, o, d in zip(channels, channels[1:], [sum(depths) / 5] * 5))
    sizes = [4096, 2048, 2048, classes]
    return int(convolutions) + sum(o * (i + 1) for i, o in zip(sizes, sizes[1:]))
