"""Pair by pair, with Python's own numbers; nested lists."""


def iou(a, b):
    table = []
    for l, t, r, d in a.tolist():
        table.append([])
        for p, q, s, u in b.tolist():
            common = max(0, min(r, s) - max(l, p)) * max(0, min(d, u) - max(t, q))
            union = (r - l) * (d - t) + (s - p) * (u - q) - common
            table[-1].append(common / union if union else 0.0)
    return table
