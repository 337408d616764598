"""Takes every layer that steps for a pool: it steps by its whole window."""
# symptom: steps multiply


def receptive_field(layers):
    size, step = [1, 1, 1], [1, 1, 1]
    for one in layers:
        for a in range(3):
            k, s, d = one["kernel"][a], one["stride"][a], one["dilation"][a]
            size[a] += (k - 1) * d * step[a]
            step[a] *= max(k, s) if s > 1 else 1
    return tuple(size)
