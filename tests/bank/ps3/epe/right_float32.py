"""Single precision, as networks have it."""


def epe(flow, truth, valid=None):
    flow, truth = np.asarray(flow, np.float32), np.asarray(truth, np.float32)
    length = np.sqrt(((flow - truth) ** 2).sum(axis=-3))
    counted = ~np.isnan(truth).any(axis=-3)
    if valid is not None:
        counted &= np.asarray(valid, bool)
    return length[counted].mean() if counted.any() else np.float32("nan")
