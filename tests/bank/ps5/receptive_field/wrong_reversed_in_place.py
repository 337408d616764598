"""Right, but turns the list of layers round for whoever uses it next."""
# symptom: changed what it was given


def receptive_field(layers):
    size = (1, 1, 1)
    layers.reverse()
    for one in layers:
        size = tuple((n - 1) * s + (k - 1) * d + 1 for n, k, s, d in zip(size, one["kernel"], one["stride"], one["dilation"]))
    return size
