"""Sizes of kernels multiply."""
# symptom: each adds two


def receptive_field(layers):
    return tuple(int(np.prod([one["kernel"][a] for one in layers])) for a in range(3))
