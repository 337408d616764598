"""numpy's product of sizes as a float, and an integer at the end."""
# symptom: as a float


def non_local_cost(shape, inner, pool=(1, 1, 1)):
    C, *sizes = shape
    N, M = np.prod(sizes, dtype=float), np.prod(np.floor_divide(sizes, pool), dtype=float)
    return int(4 * N * C * inner + 2 * N * M * inner)
