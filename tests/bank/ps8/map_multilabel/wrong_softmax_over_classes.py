"""A softmax over classes before ranking."""
# symptom: no softmax over classes


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

    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    scores = powers / powers.sum(axis=1, keepdims=True)
    each = np.array([ap(scores[:, c], positive[:, c]) for c in range(scores.shape[1])])
    known = each[~np.isnan(each)]
    return known.mean() if len(known) else float("nan"), each
