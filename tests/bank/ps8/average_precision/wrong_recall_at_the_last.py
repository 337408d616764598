"""The precision at as many rows as are positive."""
# symptom: also the precision among the first three


def average_precision(scores, positive):
    if not positive.any():
        return float("nan")
    return positive[np.argsort(-scores)][: positive.sum()].mean()
