"""Divides the number of places by the size of a window, and rounds once."""
# symptom: round down axis by axis


def non_local_cost(shape, inner, pool=(1, 1, 1)):
    C, T, H, W = shape
    N, M = T * H * W, T * H * W // (pool[0] * pool[1] * pool[2])
    return 4 * N * C * inner + 2 * N * M * inner
