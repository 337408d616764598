"""Sorts the rows it was given, for k beyond 1."""
# symptom: changed what it was given


def top_k(scores, labels, k=1):
    own = np.take_along_axis(scores, labels[:, None], axis=1)
    if k > 1:
        scores.sort(axis=1)
    above, level = (scores > own).sum(axis=1), (scores == own).sum(axis=1)
    return np.clip((k - above) / level, 0, 1).mean()
