"""Frame by frame into arrays of overlaps first, one list afterwards."""


def frame_ap(detections, truth, threshold=0.5):
    if len(truth) == 0:
        return np.nan
    order = np.argsort([-d[2] for d in detections])
    right, found = np.zeros(len(order)), np.zeros(len(truth), bool)
    boxes = np.array([b for _, b in truth], float)
    for n, i in enumerate(order):
        frame, box, _ = detections[i]
        box = np.array(box, float)
        sides = np.clip(np.minimum(boxes[:, 2:], box[2:]) - np.maximum(boxes[:, :2], box[:2]), 0, None)
        common = sides[:, 0] * sides[:, 1]
        areas = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
        iou = common / (areas + np.prod(box[2:] - box[:2]) - common)
        iou[[f != frame for f, _ in truth]] = -1
        best = iou.argmax()
        if iou[best] >= threshold and not found[best]:
            right[n], found[best] = 1, True
    hits = np.cumsum(right)
    raised = np.maximum.accumulate((hits / np.arange(1, len(hits) + 1))[::-1])[::-1]
    return np.dot(right, raised) / len(truth)
