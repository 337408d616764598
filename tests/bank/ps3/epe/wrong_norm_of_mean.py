"""The length of the mean error: opposite errors cancel."""
# symptom: cancelled


def epe(flow, truth, valid=None):
    counted = np.isfinite(truth).all(axis=-3)
    if valid is not None:
        counted &= valid

    du, dv = flow[..., 0, :, :] - truth[..., 0, :, :], flow[..., 1, :, :] - truth[..., 1, :, :]
    return float(np.hypot(du[counted].mean(), dv[counted].mean())) if counted.any() else float("nan")
