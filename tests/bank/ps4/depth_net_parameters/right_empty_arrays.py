"""Makes the arrays of weights without filling them, and asks for their size."""


def depth_net_parameters(depths, classes=101):
    net, before = [], 3
    for out, deep in zip([64, 128, 256, 256, 256], depths):
        net += [np.empty((out, before, deep, 3, 3), np.int8), np.empty(out, np.int8)]
        before = out
    before = before * 1 * 4 * 4
    for out in [2048, 2048, classes]:
        net += [np.empty((out, before), np.int8), np.empty(out, np.int8)]
        before = out
    return np.sum([a.size for a in net])
