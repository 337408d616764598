"""Half a point for a tie, however many are tied."""
# symptom: three classes are tied for one place


def top_k(scores, labels, k=1):
    own = np.take_along_axis(scores, labels[:, None], axis=1)
    above, level = (scores > own).sum(axis=1), (scores == own).sum(axis=1)
    return np.where(above + level <= k, 1.0, np.where(above < k, 0.5, 0.0)).mean()
