"""Pads by wrapping, so candidates outside come back on the other side."""
# symptom: border leaked


def match_pixel(I0, I1, point, radius, patch=1):
    x, y = point
    h = patch // 2
    m = radius + h
    A, B = np.pad(I0, m, mode="wrap"), np.pad(I1, m, mode="wrap")
    source = A[y + m - h : y + m + h + 1, x + m - h : x + m + h + 1]
    costs = {}
    for v in range(-radius, radius + 1):
        for u in range(-radius, radius + 1):
            target = B[y + v + m - h : y + v + m + h + 1, x + u + m - h : x + u + m + h + 1]
            costs[u, v] = ((source - target) ** 2).sum()
    best = min(costs.values())
    tied = [d for d, cost in costs.items() if cost <= best + 1e-9]
    u, v = min(tied, key=lambda d: d[0] ** 2 + d[1] ** 2)
    return u, v, len(tied)
