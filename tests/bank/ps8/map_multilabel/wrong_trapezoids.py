"""Areas under straight lines between the points."""
# symptom: that of its own list


def map_multilabel(scores, positive):
    def ap(s, p):
        if not p.any():
            return float("nan")
        taken = [p[s >= threshold] for threshold in np.unique(s)[::-1]]
        precision, recall = [1.0], [0.0]
        for flags in taken:
            precision.append(flags.mean())
            recall.append(flags.sum() / p.sum())
        return np.trapezoid(precision, recall)

    each = np.array([ap(scores[:, c], positive[:, c]) for c in range(scores.shape[1])])
    known = each[~np.isnan(each)]
    return known.mean() if len(known) else float("nan"), each
