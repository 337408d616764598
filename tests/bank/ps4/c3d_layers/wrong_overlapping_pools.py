"""Pools of 3 x 3 x 3 that overlap, padded: the sizes are the same."""
# symptom: stand side by side


def c3d_layers(classes=487):
    halve = lambda t: pool((2 * t - 1, 3, 3), (t, 2, 2), (t - 1, 1, 1))
    first = [conv(64), halve(1), conv(128), halve(2)]
    middle = [conv(256), conv(256), halve(2), conv(512), conv(512), halve(2)]
    return first + middle + [conv(512), conv(512), halve(2), linear(4096), linear(4096), linear(classes)]
