"""Reads the boxes as (x, y, width, height)."""
# symptom: a quarter of the width to the side


def iou(a, b):
    a, b = (np.concatenate([x[:, :2], x[:, :2] + x[:, 2:]], axis=1) for x in (a, b))
    low, high = np.maximum(a[:, None, :2], b[None, :, :2]), np.minimum(a[:, None, 2:], b[None, :, 2:])
    common = np.clip(high - low, 0, None).prod(axis=-1)
    area_a, area_b = (a[:, 2:] - a[:, :2]).prod(axis=1), (b[:, 2:] - b[:, :2]).prod(axis=1)
    union = area_a[:, None] + area_b[None] - common
    return np.divide(common, union, out=np.zeros_like(common), where=union > 0)
