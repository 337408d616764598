"""The first linear layer is taken for a convolution as deep as the last one, on the frames that it needs."""
# symptom: from depth 3 to depth 7


def depth_net_parameters(depths, classes=101):
    channels = [3, 64, 128, 256, 256, 256]
    convolutions = sum(o * (i * 9 * d + 1) for i, o, d in zip(channels, channels[1:], depths))
    sizes = [4096 * (1 + depths[-1] // 4), 2048, 2048, classes]
    return convolutions + sum(o * (i + 1) for i, o in zip(sizes, sizes[1:]))
