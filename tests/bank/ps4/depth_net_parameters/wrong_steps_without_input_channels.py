"""Adds a frame of 3 x 3 for each output channel to the net of depth 3: the paper's 17 thousand."""
# symptom: = 3,100,032


def depth_net_parameters(depths, classes=101):
    more = sum(9 * (d - 3) * out for d, out in zip(depths, (64, 128, 256, 256, 256)))
    return 17444965 + more + 2049 * (classes - 101)
