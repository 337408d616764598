"""Keeps a window that does not fit, where it is the only one."""
# symptom: nobody is left to be asked


def non_local_cost(shape, inner, pool=(1, 1, 1)):
    C, *sizes = shape
    N = M = 1
    for n, p in zip(sizes, pool):
        N, M = N * n, M * max(1, n // p)
    return 4 * N * C * inner + 2 * N * M * inner
