"""Counts in integers of 32 bits."""
# symptom: counted in 32 bits


def non_local_cost(shape, inner, pool=(1, 1, 1)):
    sizes = np.array(shape[1:], np.int32)
    N, M = np.prod(sizes, dtype=np.int32), np.prod(sizes // pool, dtype=np.int32)
    with np.errstate(over="ignore"):
        return 4 * N * shape[0] * inner + 2 * N * M * inner
