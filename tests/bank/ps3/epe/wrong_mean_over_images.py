"""First a mean per image, then the mean of the means."""
# symptom: whichever image it is in


def epe(flow, truth, valid=None):
    length = np.sqrt(((flow - truth) ** 2).sum(axis=-3))
    counted = np.isfinite(truth).all(axis=-3)
    if valid is not None:
        counted &= valid

    length, counted = length.reshape(-1, *length.shape[-2:]), counted.reshape(-1, *counted.shape[-2:])
    means = [l[c].mean() for l, c in zip(length, counted) if c.any()]
    return float(np.mean(means)) if means else float("nan")
