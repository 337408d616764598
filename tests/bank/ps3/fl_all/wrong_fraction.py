"""A fraction, not per cent."""
# symptom: a fraction came back


def fl_all(flow, truth, valid=None):
    error = np.hypot(*np.moveaxis(flow - truth, -3, 0))
    speed = np.hypot(*np.moveaxis(truth, -3, 0))
    counted = ~np.isnan(speed)
    if valid is not None:
        counted &= valid
    return float(((error > 3) & (error > 0.05 * speed))[counted].mean()) if counted.any() else float("nan")
