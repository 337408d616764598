"""The median of the lengths."""
# symptom: another mean was taken


def epe(flow, truth, valid=None):
    length = np.sqrt(((flow - truth) ** 2).sum(axis=-3))
    counted = np.isfinite(truth).all(axis=-3)
    if valid is not None:
        counted &= valid

    return float(np.median(length[counted])) if counted.any() else float("nan")
