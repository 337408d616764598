"""Divides by the smaller of the two areas."""
# symptom: not by the smaller one


def iou(a, b):
    low, high = np.maximum(a[:, None, :2], b[None, :, :2]), np.minimum(a[:, None, 2:], b[None, :, 2:])
    common = np.clip(high - low, 0, None).prod(axis=-1)
    area_a, area_b = (a[:, 2:] - a[:, :2]).prod(axis=1), (b[:, 2:] - b[:, :2]).prod(axis=1)
    smaller = np.minimum(area_a[:, None], area_b[None])
    return np.divide(common, smaller, out=np.zeros_like(common), where=smaller > 0)
