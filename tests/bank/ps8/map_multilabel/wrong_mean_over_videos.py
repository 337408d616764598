"""The mean is over films: within each the classes are ranked."""
# symptom: rank films within a class, not classes within a film


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
    rows = np.array([ap(s, p) for s, p in zip(scores, positive)])
    rows = rows[~np.isnan(rows)]
    return rows.mean() if len(rows) else float("nan"), each
