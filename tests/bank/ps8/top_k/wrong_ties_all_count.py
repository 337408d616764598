"""Whoever reaches the k-th highest score is in."""
# symptom: in a tie not all can have the one place


def top_k(scores, labels, k=1):
    own = np.take_along_axis(scores, labels[:, None], axis=1)
    return ((scores > own).sum(axis=1) < k).mean()
