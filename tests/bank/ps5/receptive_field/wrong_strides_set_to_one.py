"""Takes the strides out of the layers that it was given, and adds up kernels."""
# symptom: changed what it was given


def receptive_field(layers):
    size = [1, 1, 1]
    for one in layers:
        one["stride"] = (1, 1, 1)
        for a in range(3):
            size[a] += (one["kernel"][a] - 1) * one["dilation"][a]
    return tuple(size)
