"""The first kernel is 3 x 7 x 7, as in networks for pictures."""
# symptom: are all kernels 3 x 3 x 3


def c3d_layers(classes=487):
    first = [conv(64, (3, 7, 7), padding=(1, 3, 3)), pool((1, 2, 2)), conv(128), pool()]
    middle = [conv(256), conv(256), pool(), conv(512), conv(512), pool()]
    last = [conv(512), conv(512), pool(padding=(0, 1, 1))]
    return first + middle + last + [linear(4096), linear(4096), linear(classes)]
