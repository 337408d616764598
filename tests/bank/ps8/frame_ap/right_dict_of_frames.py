"""Boxes by frame in a dict from which found ones are not taken; the curve is raised from behind."""


def frame_ap(detections, truth, threshold=0.5):
    def overlap(a, b):
        w, h = max(0.0, min(a[2], b[2]) - max(a[0], b[0])), max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
        return w * h / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - w * h)

    by_frame = {}
    for frame, box in truth:
        by_frame.setdefault(frame, []).append([box, False])
    right = []
    for frame, box, _ in sorted(detections, key=lambda d: d[2], reverse=True):
        there = by_frame.get(frame, [])
        overlaps = [overlap(box, other) for other, _ in there]
        hit = False
        if overlaps and max(overlaps) >= threshold:
            best = there[overlaps.index(max(overlaps))]
            hit, best[1] = not best[1], True
        right.append(hit)
    area, best, hits = 0.0, 0.0, sum(right)
    for n in range(len(right), 0, -1):
        best = max(best, hits / n)
        if right[n - 1]:
            area, hits = area + best, hits - 1
    return area / len(truth) if truth else float("nan")
