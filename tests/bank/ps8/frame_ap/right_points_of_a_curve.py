"""The curve as points with ends, as detection code often has it; a tensor comes back."""


def frame_ap(detections, truth, threshold=0.5):
    import torch

    def overlap(a, b):
        w, h = max(0.0, min(a[2], b[2]) - max(a[0], b[0])), max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
        return w * h / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - w * h)

    right, found = [], [False] * len(truth)
    for frame, box, score in sorted(detections, key=lambda d: -d[2]):
        best, most = None, -1.0
        for k in range(len(truth)):
            if truth[k][0] == frame and overlap(box, truth[k][1]) > most:
                best, most = k, overlap(box, truth[k][1])
        right.append(most >= threshold and not found[best])
        if right[-1]:
            found[best] = True
    if not truth:
        return torch.tensor(float("nan"))
    hits = torch.tensor(right, dtype=torch.float64).cumsum(0)
    zero = hits.new_zeros(1)
    recall = torch.cat([zero, hits / len(truth), zero + 1])
    precision = torch.cat([zero, hits / torch.arange(1, len(right) + 1), zero])
    for i in range(len(precision) - 2, -1, -1):
        precision[i] = max(precision[i], precision[i + 1])
    steps = (recall[1:] != recall[:-1]).nonzero().flatten()
    return ((recall[steps + 1] - recall[steps]) * precision[steps + 1]).sum()
