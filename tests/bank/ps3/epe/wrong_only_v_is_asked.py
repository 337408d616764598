"""Asks v alone whether the truth is known."""
# symptom: one part is nan


def epe(flow, truth, valid=None):
    length = np.hypot(flow[..., 0, :, :] - truth[..., 0, :, :], flow[..., 1, :, :] - truth[..., 1, :, :])
    counted = ~np.isnan(truth[..., 1, :, :])
    if valid is not None:
        counted = counted & valid
    return float(length[counted].mean()) if counted.any() else float("nan")
