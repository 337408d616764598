"""One over the number of tied classes, however many places are left."""
# symptom: places are left for


def top_k(scores, labels, k=1):
    own = np.take_along_axis(scores, labels[:, None], axis=1)
    above, level = (scores > own).sum(axis=1), (scores == own).sum(axis=1)
    return np.where(above < k, 1 / level, 0).mean()
