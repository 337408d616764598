"""The step is the stride of the layer before, and of no earlier one."""
# symptom: steps multiply


def receptive_field(layers):
    size, step = [1, 1, 1], [1, 1, 1]
    for one in layers:
        for a in range(3):
            k, s, d = one["kernel"][a], one["stride"][a], one["dilation"][a]
            size[a] += (k - 1) * d * step[a]
            step[a] = s
    return tuple(size)
