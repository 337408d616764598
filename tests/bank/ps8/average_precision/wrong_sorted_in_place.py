"""Sorts what it was given, where it is not sorted yet."""
# symptom: changed what it was given


def average_precision(scores, positive):
    if not positive.any():
        return float("nan")
    order = np.argsort(-scores, kind="stable")
    scores[:], positive[:] = scores[order], positive[order]
    last = np.append(np.diff(scores) != 0, True)
    hits = np.cumsum(positive)[last]
    return np.diff(hits, prepend=0) @ (hits / (1 + np.flatnonzero(last))) / positive.sum()
