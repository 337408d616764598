"""numpy in single precision, with a quotient."""


def fl_all(flow, truth, valid=None):
    flow, truth = flow.astype(np.float32), truth.astype(np.float32)
    error, speed = np.hypot(*np.moveaxis(flow - truth, -3, 0)), np.hypot(*np.moveaxis(truth, -3, 0))
    m = np.isfinite(truth).all(axis=-3) if valid is None else np.isfinite(truth).all(axis=-3) & valid
    with np.errstate(all="ignore"):
        bad = (error > 3) & (error / speed > 0.05)
    return 100.0 * bad[m].sum() / m.sum() if m.any() else np.nan
