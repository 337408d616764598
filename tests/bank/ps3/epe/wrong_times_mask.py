"""Multiplies by the mask: nan times 0 is nan."""
# symptom: nan times 0 is nan


def epe(flow, truth, valid=None):
    length = np.sqrt(((flow - truth) ** 2).sum(axis=-3))

    mask = ~np.isnan(truth).any(axis=-3) if valid is None else valid
    if valid is None:
        length = np.nan_to_num(length)
    return float((length * mask).sum() / mask.sum()) if mask.any() else float("nan")
