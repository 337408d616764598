"""The first three convolutions are padded in time only; the pools' rounding and the last one's padding hide it."""
# symptom: and only pools halve it


def c3d_layers(classes=487):
    unpadded = lambda out: conv(out, padding=(1, 0, 0))
    first = [unpadded(64), pool((1, 2, 2)), unpadded(128), pool()]
    middle = [unpadded(256), conv(256), pool(), conv(512), conv(512), pool()]
    last = [conv(512), conv(512), pool(padding=(0, 1, 1))]
    return first + middle + last + [linear(4096), linear(4096), linear(classes)]
