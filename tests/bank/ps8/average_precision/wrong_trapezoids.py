"""The area under straight lines between the points."""
# symptom: trapezoid


def average_precision(scores, positive):
    if not positive.any():
        return float("nan")
    thresholds = np.unique(scores)[::-1]
    precision = np.array([positive[scores >= t].mean() for t in thresholds])
    recall = np.array([positive[scores >= t].sum() for t in thresholds]) / positive.sum()
    return np.trapezoid(np.append(1.0, precision), np.append(0.0, recall))
