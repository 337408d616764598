"""A product of weights and depths, and a constant."""


def depth_net_parameters(depths, classes=101):
    weights = 9 * np.array([3, 64, 128, 256, 256]) * np.array([64, 128, 256, 256, 256])
    return weights @ np.array(depths) + 64 + 128 + 3 * 256 + 4097 * 2048 + 2049 * (2048 + classes)
