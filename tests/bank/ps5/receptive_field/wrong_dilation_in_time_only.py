"""Dilation counts for frames, not for rows and columns."""
# symptom: taps stand d places apart


def receptive_field(layers):
    size, step = [1, 1, 1], [1, 1, 1]
    for one in layers:
        for a in range(3):
            k, s, d = one["kernel"][a], one["stride"][a], one["dilation"][a]
            size[a] += (k - 1) * (d if a == 0 else 1) * step[a]
            step[a] *= s
    return tuple(size)
