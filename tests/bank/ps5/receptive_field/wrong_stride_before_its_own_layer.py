"""A layer's stride counts for itself already."""
# symptom: a layer's own stride counts for those after it


def receptive_field(layers):
    size, step = [1, 1, 1], [1, 1, 1]
    for one in layers:
        for a in range(3):
            k, s, d = one["kernel"][a], one["stride"][a], one["dilation"][a]
            step[a] *= s
            size[a] += (k - 1) * d * step[a]
    return tuple(size)
