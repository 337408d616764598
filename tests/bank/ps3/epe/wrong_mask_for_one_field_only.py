"""Puts nan into truth by broadcasting valid, which fits one field but not a stack."""
# symptom: could not be broadcast


def epe(flow, truth, valid=None):
    if valid is not None:
        truth = np.where(valid, truth, np.nan)
    length = np.sqrt(((flow - truth) ** 2).sum(axis=-3))
    known = ~np.isnan(truth).any(axis=-3)
    return float(length[known].mean()) if known.any() else float("nan")
