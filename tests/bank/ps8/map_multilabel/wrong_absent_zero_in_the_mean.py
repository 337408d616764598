"""nan in the list, 0 in the mean."""
# symptom: counted as 0 in the mean


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
    return np.nan_to_num(each).mean() if positive.any() else float("nan"), each
