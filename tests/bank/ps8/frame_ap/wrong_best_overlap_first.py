"""Each true box takes the detection that overlaps it most."""
# symptom: it is the highest score that goes first


def frame_ap(detections, truth, threshold=0.5):
    def overlap(a, b):
        w, h = max(0.0, min(a[2], b[2]) - max(a[0], b[0])), max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
        return w * h / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - w * h)

    if not truth:
        return float("nan")
    ranked = sorted(detections, key=lambda d: -d[2])
    pairs = [(overlap(d[1], b), n, k) for n, d in enumerate(ranked) for k, (f, b) in enumerate(truth) if f == d[0]]
    right, found = [False] * len(ranked), set()
    for value, n, k in sorted(pairs, reverse=True):
        if value >= threshold and not right[n] and k not in found:
            right[n] = True
            found.add(k)
    precision = [sum(right[: n + 1]) / (n + 1) for n in range(len(right))]
    return sum(max(precision[n:]) for n in range(len(right)) if right[n]) / len(truth)
