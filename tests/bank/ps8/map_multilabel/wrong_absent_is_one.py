"""Nothing to find, all found: 1."""
# symptom: its average precision is nan, not 1


def map_multilabel(scores, positive):
    def ap(s, p):
        if not p.any():
            return 1.0
        total, recall = 0.0, 0.0
        for threshold in np.unique(s)[::-1]:
            taken = p[s >= threshold]
            total += (taken.sum() / p.sum() - recall) * taken.mean()
            recall = taken.sum() / p.sum()
        return total

    each = np.array([ap(scores[:, c], positive[:, c]) for c in range(scores.shape[1])])
    return each.mean(), each
