"""Takes pixels without error for unknown."""
# symptom: pixels without error were left out


def epe(flow, truth, valid=None):
    length = np.sqrt(((flow - truth) ** 2).sum(axis=-3))
    counted = np.isfinite(truth).all(axis=-3)
    if valid is not None:
        counted &= valid

    known = counted & (length > 0)
    return float(length[known].mean()) if known.any() else 0.0 if counted.any() else float("nan")
