"""The first pool is padded as the last one: 57, 28, 14, 7, 4."""
# symptom: Only the last pool is padded


def c3d_layers(classes=487):
    first = [conv(64), pool((1, 2, 2), padding=(0, 1, 1)), conv(128), pool()]
    middle = [conv(256), conv(256), pool(), conv(512), conv(512), pool()]
    last = [conv(512), conv(512), pool(padding=(0, 1, 1))]
    return first + middle + last + [linear(4096), linear(4096), linear(classes)]
