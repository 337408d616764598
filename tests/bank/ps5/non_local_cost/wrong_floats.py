"""Counts in floats, which above 2^53 are no longer exact, and makes an integer of that."""
# symptom: as a float


def non_local_cost(shape, inner, pool=(1, 1, 1)):
    C, T, H, W = shape
    N, M = T * H * W, (T // pool[0]) * (H // pool[1]) * (W // pool[2])
    return int(4.0 * N * C * inner + 2.0 * N * M * inner)
