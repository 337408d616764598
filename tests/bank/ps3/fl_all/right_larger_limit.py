"""Both conditions at once: an error above the larger of the two limits."""


def fl_all(flow, truth, valid=None):
    error, speed = (np.sqrt(np.square(x).sum(-3)) for x in (flow - truth, truth))
    keep = np.isfinite(speed) & (True if valid is None else valid)
    return 100 * np.count_nonzero((error > np.maximum(3.0, speed / 20)) & keep) / keep.sum() if keep.any() else float("nan")
