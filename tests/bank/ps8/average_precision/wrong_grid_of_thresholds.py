"""Thresholds from 1 to 0 in steps of a hundredth."""
# symptom: no grid from 0 to 1


def average_precision(scores, positive):
    if not positive.any():
        return float("nan")
    total, recall = 0.0, 0.0
    for threshold in np.arange(100, -1, -1) / 100:
        taken = positive[scores >= threshold - 1e-9]
        if len(taken):
            total += (taken.sum() / positive.sum() - recall) * taken.mean()
            recall = taken.sum() / positive.sum()
    return total
