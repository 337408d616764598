"""Lists the windows of each axis, and sums step by step."""


def non_local_cost(shape, inner, pool=(1, 1, 1)):
    C, *sizes = shape
    asks, asked = 1, 1
    for n, p in zip(sizes, pool):
        asks *= n
        asked *= len([start for start in range(0, n, p) if start + p <= n])
    total = 0
    for _ in ("theta", "phi", "g", "o"):
        total += asks * C * inner
    for _ in ("scores", "sum"):
        total += asks * asked * inner
    return total
