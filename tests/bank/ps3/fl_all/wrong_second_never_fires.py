"""One array for two things: the second condition compares the error with itself."""
# symptom: an outlier


def fl_all(flow, truth, valid=None):
    error = np.hypot(*np.moveaxis(flow - truth, -3, 0))
    speed = np.hypot(*np.moveaxis(truth, -3, 0))
    counted = ~np.isnan(speed)
    if valid is not None:
        counted &= valid

    relative = error
    relative /= np.maximum(speed, 1e-9)
    wrong = (error > 3) & (relative > 0.05)
    return float(100 * wrong[counted].mean()) if counted.any() else float("nan")
