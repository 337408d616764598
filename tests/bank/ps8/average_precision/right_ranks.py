"""Each positive's own precision: among those at its level or above, by two ranks."""


def average_precision(scores, positive):
    from scipy.stats import rankdata

    if not np.any(positive):
        return np.nan
    mine = -scores[positive]
    return np.mean(rankdata(mine, method="max") / rankdata(-scores, method="max")[positive])
