"""Kernels of one frame, 1 x 3 x 3."""
# symptom: are all kernels 3 x 3 x 3


def c3d_layers(classes=487):
    flat = lambda out: conv(out, (1, 3, 3), padding=(0, 1, 1))
    first = [flat(64), pool((1, 2, 2)), flat(128), pool()]
    middle = [flat(256), flat(256), pool(), flat(512), flat(512), pool()]
    last = [flat(512), flat(512), pool(padding=(0, 1, 1))]
    return first + middle + last + [linear(4096), linear(4096), linear(classes)]
