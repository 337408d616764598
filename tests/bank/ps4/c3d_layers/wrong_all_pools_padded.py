"""Every pool is padded by a pixel, not the last one alone."""
# symptom: reads 512 x 4 x 4 = 8,192


def c3d_layers(classes=487):
    first = [conv(64), pool((1, 2, 2), padding=(0, 1, 1)), conv(128), pool(padding=(0, 1, 1))]
    middle = [conv(256), conv(256), pool(padding=(0, 1, 1)), conv(512), conv(512), pool(padding=(0, 1, 1))]
    last = [conv(512), conv(512), pool(padding=(0, 1, 1))]
    return first + middle + last + [linear(4096), linear(4096), linear(classes)]
