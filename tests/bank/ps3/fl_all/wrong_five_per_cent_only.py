"""The relative condition alone."""
# symptom: half of it, but less than 3 px


def fl_all(flow, truth, valid=None):
    error = np.hypot(*np.moveaxis(flow - truth, -3, 0))
    speed = np.hypot(*np.moveaxis(truth, -3, 0))
    counted = ~np.isnan(speed)
    if valid is not None:
        counted &= valid
    wrong = error > 0.05 * speed
    return float(100 * wrong[counted].mean()) if counted.any() else float("nan")
