"""k over the number of tied classes: forgets that others took places."""
# symptom: that one place


def top_k(scores, labels, k=1):
    own = np.take_along_axis(scores, labels[:, None], axis=1)
    above, level = (scores > own).sum(axis=1), (scores == own).sum(axis=1)
    return np.where(above < k, np.minimum(1, k / level), 0).mean()
