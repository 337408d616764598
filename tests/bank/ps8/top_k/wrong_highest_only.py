"""The highest score alone, whatever k."""
# symptom: labels are among the


def top_k(scores, labels, k=1):
    own = np.take_along_axis(scores, labels[:, None], axis=1)
    above, level = (scores > own).sum(axis=1), (scores == own).sum(axis=1)
    return np.where(above == 0, 1 / level, 0).mean()
