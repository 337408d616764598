"""From the last layer to the first one."""


def receptive_field(layers):
    size = (1, 1, 1)
    for one in reversed(layers):
        size = tuple((n - 1) * s + (k - 1) * d + 1 for n, k, s, d in zip(size, one["kernel"], one["stride"], one["dilation"]))
    return size
