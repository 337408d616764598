"""The last pool makes 3 of 7: the first linear layer reads 4,608 numbers."""
# symptom: reads 512 x 4 x 4 = 8,192


def c3d_layers(classes=487):
    first = [conv(64), pool((1, 2, 2)), conv(128), pool()]
    middle = [conv(256), conv(256), pool(), conv(512), conv(512), pool()]
    last = [conv(512), conv(512), pool()]
    return first + middle + last + [linear(4096), linear(4096), linear(classes)]
