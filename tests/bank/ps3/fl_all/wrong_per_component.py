"""Each component is held to the limits by itself."""
# symptom: own true motion


def fl_all(flow, truth, valid=None):
    error = np.hypot(*np.moveaxis(flow - truth, -3, 0))
    speed = np.hypot(*np.moveaxis(truth, -3, 0))
    counted = ~np.isnan(speed)
    if valid is not None:
        counted &= valid

    off, size = np.abs(flow - truth), np.abs(truth)
    wrong = ((off > 3) & (off > 0.05 * size)).any(axis=-3)
    return float(100 * wrong[counted].mean()) if counted.any() else float("nan")
