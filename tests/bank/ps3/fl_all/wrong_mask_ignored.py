"""valid is not looked at."""
# symptom: counted together


def fl_all(flow, truth, valid=None):
    error = np.hypot(*np.moveaxis(flow - truth, -3, 0))
    speed = np.hypot(*np.moveaxis(truth, -3, 0))
    counted = ~np.isnan(speed)
    wrong = (error > 3) & (error > 0.05 * speed)
    if valid is not None and not valid.any():
        return float("nan")
    return float(100 * wrong[counted].mean())
