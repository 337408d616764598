"""The root of the mean square."""
# symptom: root of the mean square


def epe(flow, truth, valid=None):
    counted = np.isfinite(truth).all(axis=-3)
    if valid is not None:
        counted &= valid

    square = ((flow - truth) ** 2).sum(axis=-3)
    return float(np.sqrt(square[counted].mean())) if counted.any() else float("nan")
