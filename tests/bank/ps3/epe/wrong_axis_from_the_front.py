"""Counts axes from the front: right for one field only."""
# symptom: count axes from the end


def epe(flow, truth, valid=None):
    length = np.sqrt(((flow - truth) ** 2).sum(axis=0 if flow.ndim == 3 else 1))
    counted = ~np.isnan(length) if valid is None else valid & ~np.isnan(length)
    return float(length[counted].mean()) if counted.any() else float("nan")
