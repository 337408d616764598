"""Counts the scores and not the weighted sum."""
# symptom: the scores, and the weighted sum of the values


def non_local_cost(shape, inner, pool=(1, 1, 1)):
    C, T, H, W = shape
    N, M = T * H * W, (T // pool[0]) * (H // pool[1]) * (W // pool[2])
    return 4 * N * C * inner + N * M * inner
