"""Dilation widens a kernel once, not between all taps."""
# symptom: a kernel spans (k - 1) d + 1


def receptive_field(layers):
    size, step = [1, 1, 1], [1, 1, 1]
    for one in layers:
        for a in range(3):
            k, s, d = one["kernel"][a], one["stride"][a], one["dilation"][a]
            size[a] += (k + d - 2) * step[a]
            step[a] *= s
    return tuple(size)
