"""KITTI 2012's rule: 3 px alone."""
# symptom: 4 px on a motion of 100 px


def fl_all(flow, truth, valid=None):
    error = np.hypot(*np.moveaxis(flow - truth, -3, 0))
    speed = np.hypot(*np.moveaxis(truth, -3, 0))
    counted = ~np.isnan(speed)
    if valid is not None:
        counted &= valid
    wrong = error > 3
    return float(100 * wrong[counted].mean()) if counted.any() else float("nan")
