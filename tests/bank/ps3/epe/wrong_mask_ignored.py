"""valid is not looked at."""
# symptom: only pixels that are valid


def epe(flow, truth, valid=None):
    length = np.sqrt(((flow - truth) ** 2).sum(axis=-3))

    return float(np.nanmean(length)) if valid is None or valid.any() else float("nan")
