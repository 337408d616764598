"""Takes the list for sorted: cumulative sums down it, steps where the score changes."""
# symptom: rank them by score


def average_precision(scores, positive):
    if not positive.any():
        return float("nan")
    last = np.append(np.diff(scores) != 0, True)
    hits = np.cumsum(positive)[last]
    return np.diff(hits, prepend=0) @ (hits / (1 + np.flatnonzero(last))) / positive.sum()
