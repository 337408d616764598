"""Sorts the scores and leaves the flags where they are."""
# symptom: carry along which are right


def average_precision(scores, positive):
    scores = np.sort(scores)[::-1]
    if not positive.any():
        return float("nan")
    thresholds = np.unique(scores)[::-1]
    precision = np.array([positive[scores >= t].mean() for t in thresholds])
    recall = np.array([positive[scores >= t].sum() for t in thresholds]) / positive.sum()
    return (np.diff(recall, prepend=0) * precision).sum()
