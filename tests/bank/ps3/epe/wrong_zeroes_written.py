"""Writes zeros into the caller's truth."""
# symptom: changed the arrays


def epe(flow, truth, valid=None):
    unknown = np.isnan(truth).any(axis=-3)
    truth[np.isnan(truth)] = 0
    length = np.sqrt(((flow - truth) ** 2).sum(axis=-3))

    counted = ~unknown if valid is None else valid & ~unknown
    return float(length[counted].mean()) if counted.any() else float("nan")
