"""Takes unknown truth for no motion."""
# symptom: every known pixel weighs the same


def epe(flow, truth, valid=None):
    length = np.sqrt(((flow - np.nan_to_num(truth)) ** 2).sum(axis=-3))
    if valid is not None:
        length = length[valid]
    return float(length.mean()) if length.size else float("nan")
