"""numpy, 64 bits."""


def non_local_cost(shape, inner, pool=(1, 1, 1)):
    C, *sizes = np.asarray(shape, np.int64)
    N, M = np.prod(sizes), np.prod(np.floor_divide(sizes, pool))
    return 2 * N * np.int64(inner) * (2 * C + M)
