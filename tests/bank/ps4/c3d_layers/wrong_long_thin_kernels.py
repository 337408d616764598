"""Kernels of 27 taps, but 9 x 3 x 1."""
# symptom: are all kernels 3 x 3 x 3


def c3d_layers(classes=487):
    thin = lambda out: conv(out, (9, 3, 1), padding=(4, 1, 0))
    first = [thin(64), pool((1, 2, 2)), thin(128), pool()]
    middle = [thin(256), thin(256), pool(), thin(512), thin(512), pool()]
    last = [thin(512), thin(512), pool(padding=(0, 1, 1))]
    return first + middle + last + [linear(4096), linear(4096), linear(classes)]
