"""The mean is the average precision of all scores in one list."""
# symptom: one list of all scores


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
    return ap(scores.ravel(), positive.ravel()), each
