"""A box of no area inside another is wholly covered."""
# symptom: a box of no area has 0


def iou(a, b):
    low, high = np.maximum(a[:, None, :2], b[None, :, :2]), np.minimum(a[:, None, 2:], b[None, :, 2:])
    common = np.clip(high - low, 0, None).prod(axis=-1)
    area_a, area_b = (a[:, 2:] - a[:, :2]).prod(axis=1), (b[:, 2:] - b[:, :2]).prod(axis=1)
    union = area_a[:, None] + area_b[None] - common
    inside = (high >= low).all(axis=-1) & ((area_a == 0)[:, None] | (area_b == 0)[None])
    return np.where(inside, 1.0, common / np.where(union > 0, union, 1))
