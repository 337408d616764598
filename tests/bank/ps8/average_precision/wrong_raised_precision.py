"""Raises each precision to the best that follows."""
# symptom: precisions were raised


def average_precision(scores, positive):
    if not positive.any():
        return float("nan")
    thresholds = np.unique(scores)[::-1]
    precision = np.array([positive[scores >= t].mean() for t in thresholds])
    recall = np.array([positive[scores >= t].sum() for t in thresholds]) / positive.sum()
    precision = np.maximum.accumulate(precision[::-1])[::-1]
    return (np.diff(recall, prepend=0) * precision).sum()
