"""The last pool fits once in time, whatever its stride."""


def c3d_layers(classes=487):
    first = [conv(64), pool((1, 2, 2)), conv(128), pool()]
    middle = [conv(256), conv(256), pool(), conv(512), conv(512), pool()]
    last = [conv(512), conv(512), pool((2, 2, 2), (1, 2, 2), (0, 1, 1))]
    return first + middle + last + [linear(4096), linear(4096), linear(classes)]
