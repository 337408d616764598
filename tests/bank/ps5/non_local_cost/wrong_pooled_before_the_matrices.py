"""Keys and values are computed at pooled places only."""
# symptom: those run at every place


def non_local_cost(shape, inner, pool=(1, 1, 1)):
    C, T, H, W = shape
    N, M = T * H * W, (T // pool[0]) * (H // pool[1]) * (W // pool[2])
    return 2 * N * C * inner + 2 * M * C * inner + 2 * N * M * inner
