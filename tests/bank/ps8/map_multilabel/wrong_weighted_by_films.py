"""Weighs each class by how many films have it."""
# symptom: each class counts once


def map_multilabel(scores, positive):
    def ap(s, p):
        if not p.any():
            return float("nan")
        total, recall = 0.0, 0.0
        for threshold in np.unique(s)[::-1]:
            taken = p[s >= threshold]
            total += (taken.sum() / p.sum() - recall) * taken.mean()
            recall = taken.sum() / p.sum()
        return total

    each = np.array([ap(scores[:, c], positive[:, c]) for c in range(scores.shape[1])])
    known, count = ~np.isnan(each), positive.sum(axis=0)
    return np.average(each[known], weights=count[known]) if known.any() else float("nan"), each
