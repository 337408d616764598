"""First a share per image, then the mean of the shares."""
# symptom: counted together


def fl_all(flow, truth, valid=None):
    error = np.hypot(*np.moveaxis(flow - truth, -3, 0))
    speed = np.hypot(*np.moveaxis(truth, -3, 0))
    counted = ~np.isnan(speed)
    if valid is not None:
        counted &= valid

    wrong = ((error > 3) & (error > 0.05 * speed)).reshape(-1, *error.shape[-2:])
    shares = [w[c].mean() for w, c in zip(wrong, counted.reshape(wrong.shape)) if c.any()]
    return float(100 * np.mean(shares)) if shares else float("nan")
