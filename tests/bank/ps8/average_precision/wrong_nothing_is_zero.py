"""0 where nothing is positive."""
# symptom: no average precision: nan, not 0


def average_precision(scores, positive):
    if not positive.any():
        return 0.0
    thresholds = np.unique(scores)[::-1]
    precision = np.array([positive[scores >= t].mean() for t in thresholds])
    recall = np.array([positive[scores >= t].sum() for t in thresholds]) / positive.sum()
    return (np.diff(recall, prepend=0) * precision).sum()
