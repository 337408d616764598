"""What a deeper kernel adds is counted for three input channels in every layer."""
# symptom: = 3,100,032


def depth_net_parameters(depths, classes=101):
    more = sum(3 * 9 * (d - 3) * out for d, out in zip(depths, (64, 128, 256, 256, 256)))
    return 17444965 + more + 2049 * (classes - 101)
