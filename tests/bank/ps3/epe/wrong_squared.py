"""The root is forgotten."""
# symptom: the root is missing


def epe(flow, truth, valid=None):
    counted = np.isfinite(truth).all(axis=-3)
    if valid is not None:
        counted &= valid

    length = ((flow - truth) ** 2).sum(axis=-3)
    return float(length[counted].mean()) if counted.any() else float("nan")
