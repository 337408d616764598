"""Asks u alone whether the truth is known."""
# symptom: one part is nan


def fl_all(flow, truth, valid=None):
    error = np.sqrt(((flow - truth) ** 2).sum(axis=-3))
    speed = np.sqrt((truth**2).sum(axis=-3))
    counted = ~np.isnan(truth[..., 0, :, :])
    if valid is not None:
        counted = counted & valid
    outlier = (error > 3) & (error > 0.05 * speed)
    return float(100 * outlier[counted].mean()) if counted.any() else float("nan")
