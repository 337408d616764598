"""The sum of the absolute components instead of the length."""
# symptom: 3 and 4 were added up


def epe(flow, truth, valid=None):
    counted = np.isfinite(truth).all(axis=-3)
    if valid is not None:
        counted &= valid

    length = np.abs(flow - truth).sum(axis=-3)
    return float(length[counted].mean()) if counted.any() else float("nan")
