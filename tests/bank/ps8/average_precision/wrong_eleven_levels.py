"""The mean over eleven levels of recall of the best precision from there on."""
# symptom: their mean is 0.806


def average_precision(scores, positive):
    if not positive.any():
        return float("nan")
    thresholds = np.unique(scores)[::-1]
    precision = np.array([positive[scores >= t].mean() for t in thresholds])
    recall = np.array([positive[scores >= t].sum() for t in thresholds]) / positive.sum()
    return np.mean([precision[recall >= level - 1e-9].max() for level in np.linspace(0, 1, 11)])
