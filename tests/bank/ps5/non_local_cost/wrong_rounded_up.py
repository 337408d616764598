"""Windows at the rim that do not fit whole are kept."""
# symptom: round down axis by axis


def non_local_cost(shape, inner, pool=(1, 1, 1)):
    C, T, H, W = shape
    N, M = T * H * W, -(-T // pool[0]) * -(-H // pool[1]) * -(-W // pool[2])
    return 4 * N * C * inner + 2 * N * M * inner
