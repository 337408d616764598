"""Ranks the sigmoids: large scores become equal."""
# symptom: nothing rounded or squashed


def average_precision(scores, positive):
    with np.errstate(over="ignore"):
        scores = 1 / (1 + np.exp(-scores))
    if not positive.any():
        return float("nan")
    thresholds = np.unique(scores)[::-1]
    precision = np.array([positive[scores >= t].mean() for t in thresholds])
    recall = np.array([positive[scores >= t].sum() for t in thresholds]) / positive.sum()
    return (np.diff(recall, prepend=0) * precision).sum()
