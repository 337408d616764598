"""Rows of one score come in one by one, as they stand in the list."""
# symptom: their order in the list says nothing


def average_precision(scores, positive):
    p = positive[np.argsort(-scores, kind="stable")]
    if not p.any():
        return float("nan")
    return (np.cumsum(p) / np.arange(1, len(p) + 1))[p].mean()
