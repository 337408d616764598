"""The mean of what each frame gets alone."""
# symptom: the mean of the frames' own values


def frame_ap(detections, truth, threshold=0.5):
    def overlap(a, b):
        w, h = max(0.0, min(a[2], b[2]) - max(a[0], b[0])), max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
        return w * h / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - w * h)

    if not truth:
        return float("nan")

    def single(detections, truth):
        found, right = set(), []
        for frame, box, _ in sorted(detections, key=lambda d: -d[2]):
            rows = [k for k, (f, _) in enumerate(truth) if f == frame]
            best = max(rows, key=lambda k: overlap(box, truth[k][1]), default=None)
            right.append(best is not None and overlap(box, truth[best][1]) >= threshold and best not in found)
            if right[-1]:
                found.add(best)
        precision = [sum(right[: n + 1]) / (n + 1) for n in range(len(right))]
        return sum(max(precision[n:]) for n in range(len(right)) if right[n]) / len(truth)

    frames = sorted({f for f, _ in truth})
    return np.mean([single([d for d in detections if d[0] == f], [b for b in truth if b[0] == f]) for f in frames])
