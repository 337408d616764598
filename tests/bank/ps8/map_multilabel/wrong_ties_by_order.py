"""Films of one score come in one by one, as they stand in the list."""
# symptom: films of one score in a class come in together


def map_multilabel(scores, positive):
    def ap(s, p):
        p = p[np.argsort(-s, kind="stable")]
        return (np.cumsum(p) / np.arange(1, len(p) + 1))[p].mean() if p.any() else float("nan")

    each = np.array([ap(scores[:, c], positive[:, c]) for c in range(scores.shape[1])])
    known = each[~np.isnan(each)]
    return known.mean() if len(known) else float("nan"), each
