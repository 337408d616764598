"""Among rows of one score the right ones come in first."""
# symptom: as if the right ones stood first


def average_precision(scores, positive):
    p = positive[np.lexsort((~positive, -scores))]
    if not p.any():
        return float("nan")
    return (np.cumsum(p) / np.arange(1, len(p) + 1))[p].mean()
