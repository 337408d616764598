"""Motion of many small blocks by search; then their spread and their length."""


def diagnose(I0, I1):
    height, width = I0.shape
    same = lambda I, dy, dx: np.corrcoef(I[dy:, dx:].ravel(), I[: height - dy, : width - dx].ravel())[0, 1]
    if max(min(same(I0, 0, p), same(I0, p, 0)) for p in range(5, 10)) > 0.99:
        return "periodic"
    if same(I0, 0, 1) < 0.6:
        return "noise"
    lower, upper = sorted([I0.std(), I1.std()])
    if upper > 1.12 * lower:
        return "brightness"
    found = []
    for y in range(8, height - 20, 6):
        for x in range(8, width - 20, 6):
            block = I0[y : y + 12, x : x + 12]
            costs = [(((I1[y + v : y + v + 12, x + u : x + u + 12] - block) ** 2).sum(), u, v) for v in range(-7, 8) for u in range(-7, 8)]
            found.append(min(costs)[1:])
    return "large" if np.hypot(*np.median(found, axis=0)) > 2.3 else "two motions"
