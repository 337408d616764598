"""Ranks the sigmoids: large scores all become 1, and are tied."""
# symptom: large ones stay apart


def top_k(scores, labels, k=1):
    scores = 1 / (1 + np.exp(-scores))
    own = np.take_along_axis(scores, labels[:, None], axis=1)
    above, level = (scores > own).sum(axis=1), (scores == own).sum(axis=1)
    return np.clip((k - above) / level, 0, 1).mean()
