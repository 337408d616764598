"""The mean over classes of each one's share."""
# symptom: every film counts as much as every other


def top_k(scores, labels, k=1):
    own = np.take_along_axis(scores, labels[:, None], axis=1)
    above, level = (scores > own).sum(axis=1), (scores == own).sum(axis=1)
    counts = np.clip((k - above) / level, 0, 1)
    return np.mean([counts[labels == c].mean() for c in np.unique(labels)])
