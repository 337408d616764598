"""Divides by all pixels, not by those that count."""
# symptom: divide by the number of pixels that count


def epe(flow, truth, valid=None):
    length = np.sqrt(((flow - truth) ** 2).sum(axis=-3))
    counted = np.isfinite(truth).all(axis=-3)
    if valid is not None:
        counted &= valid

    return float(np.where(counted, length, 0).sum() / length.size) if counted.any() else float("nan")
