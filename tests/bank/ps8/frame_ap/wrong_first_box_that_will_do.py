"""Takes the first free box in the list that overlaps enough."""
# symptom: found or not, and is wrong


def frame_ap(detections, truth, threshold=0.5):
    def overlap(a, b):
        w, h = max(0.0, min(a[2], b[2]) - max(a[0], b[0])), max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
        return w * h / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - w * h)

    if not truth:
        return float("nan")
    found, right = set(), []
    for frame, box, _ in sorted(detections, key=lambda d: -d[2]):
        right.append(False)
        for k, (f, other) in enumerate(truth):
            if f == frame and k not in found and overlap(box, other) >= threshold:
                right[-1] = True
                found.add(k)
                break
    precision = [sum(right[: n + 1]) / (n + 1) for n in range(len(right))]
    return sum(max(precision[n:]) for n in range(len(right)) if right[n]) / len(truth)
