"""k = 1 by argmax, the first of equals; larger k with chances."""
# symptom: a tie was broken by the order of classes


def top_k(scores, labels, k=1):
    if k == 1:
        return np.mean(scores.argmax(axis=1) == labels)
    own = np.take_along_axis(scores, labels[:, None], axis=1)
    above, level = (scores > own).sum(axis=1), (scores == own).sum(axis=1)
    return np.clip((k - above) / level, 0, 1).mean()
