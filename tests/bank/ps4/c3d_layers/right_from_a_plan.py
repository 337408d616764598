"""A line of text is read, P for a pool."""


def c3d_layers(classes=487):
    pools = iter([pool((1, 2, 2)), pool(), pool(), pool(), pool((2, 2, 2), (2, 2, 2), (0, 1, 1))])
    plan = "64 P 128 P 256 256 P 512 512 P 512 512 P".split()
    return tuple(next(pools) if word == "P" else conv(int(word)) for word in plan) + tuple(map(linear, (4096, 4096, classes)))
