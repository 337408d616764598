"""The recursion that starts at the last layer, started at the first one."""
# symptom: a layer's own stride counts for those after it


def receptive_field(layers):
    size = [1, 1, 1]
    for one in layers:
        for a in range(3):
            size[a] = (size[a] - 1) * one["stride"][a] + (one["kernel"][a] - 1) * one["dilation"][a] + 1
    return tuple(size)
