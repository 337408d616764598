"""Takes scores for tied that are the same to two digits."""
# symptom: close ones are not tied


def top_k(scores, labels, k=1):
    scores = np.round(scores, 2)
    own = np.take_along_axis(scores, labels[:, None], axis=1)
    above, level = (scores > own).sum(axis=1), (scores == own).sum(axis=1)
    return np.clip((k - above) / level, 0, 1).mean()
