"""Sorted once, cumulative sums, the last row of each score kept."""


def average_precision(scores, positive):
    order = np.lexsort((positive, -scores))
    s, p = scores[order], positive[order]
    last = np.append(np.diff(s) != 0, True)
    hits = np.cumsum(p)[last]
    with np.errstate(invalid="ignore"):
        return np.diff(hits, prepend=0) @ (hits / (1 + np.flatnonzero(last))) / p.sum()
