"""Counts pixels from x1 to x2, both included: in shares of the picture everything overlaps."""
# symptom: two corners in any unit


def frame_ap(detections, truth, threshold=0.5):
    def overlap(a, b):
        w, h = max(0.0, min(a[2], b[2]) - max(a[0], b[0]) + 1), max(0.0, min(a[3], b[3]) - max(a[1], b[1]) + 1)
        area_a, area_b = ((x[2] - x[0] + 1) * (x[3] - x[1] + 1) for x in (a, b))
        return w * h / (area_a + area_b - w * h)

    if not truth:
        return float("nan")
    found, right = set(), []
    for frame, box, _ in sorted(detections, key=lambda d: -d[2]):
        rows = [k for k, (f, _) in enumerate(truth) if f == frame]
        best = max(rows, key=lambda k: overlap(box, truth[k][1]), default=None)
        right.append(best is not None and overlap(box, truth[best][1]) >= threshold and best not in found)
        if right[-1]:
            found.add(best)
    precision = [sum(right[: n + 1]) / (n + 1) for n in range(len(right))]
    return sum(max(precision[n:]) for n in range(len(right)) if right[n]) / len(truth)
