"""The two products run over all C channels."""
# symptom: products of 3 numbers, twice


def non_local_cost(shape, inner, pool=(1, 1, 1)):
    C, T, H, W = shape
    N, M = T * H * W, (T // pool[0]) * (H // pool[1]) * (W // pool[2])
    return 4 * N * C * inner + 2 * N * M * C
