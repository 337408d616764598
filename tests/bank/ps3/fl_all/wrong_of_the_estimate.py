"""5 % of the estimate's length, not of the truth's."""
# symptom: not of the estimate


def fl_all(flow, truth, valid=None):
    error = np.hypot(*np.moveaxis(flow - truth, -3, 0))
    speed = np.hypot(*np.moveaxis(truth, -3, 0))
    counted = ~np.isnan(speed)
    if valid is not None:
        counted &= valid
    wrong = (error > 3) & (error > 0.05 * np.hypot(*np.moveaxis(flow, -3, 0)))
    return float(100 * wrong[counted].mean()) if counted.any() else float("nan")
