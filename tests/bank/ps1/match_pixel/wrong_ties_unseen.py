"""Takes the first minimum and never counts the others."""
# symptom: 49 candidates


def match_pixel(I0, I1, point, radius, patch=1):
    x, y = point
    h = patch // 2
    height, width = I0.shape
    source = I0[y - h : y + h + 1, x - h : x + h + 1]
    costs = {}
    for v in range(-radius, radius + 1):
        for u in range(-radius, radius + 1):
            if h <= x + u < width - h and h <= y + v < height - h:
                target = I1[y + v - h : y + v + h + 1, x + u - h : x + u + h + 1]
                costs[u, v] = ((source - target) ** 2).sum()
    best = min(costs.values())
    tied = [d for d, cost in costs.items() if cost <= best + 1e-9]
    u, v = min(tied, key=lambda d: d[0] ** 2 + d[1] ** 2)
    return u, v, 1
