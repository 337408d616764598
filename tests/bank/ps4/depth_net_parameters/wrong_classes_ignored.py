"""The last layer always has 101 outputs."""
# symptom: parameters, not


def depth_net_parameters(depths, classes=101):
    channels = [3, 64, 128, 256, 256, 256]
    convolutions = sum(o * (i * 9 * d + 1) for i, o, d in zip(channels, channels[1:], depths))
    sizes = [4096, 2048, 2048, 101]
    return convolutions + sum(o * (i + 1) for i, o in zip(sizes, sizes[1:]))
