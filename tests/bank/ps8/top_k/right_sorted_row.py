"""Counts how many of the first k places of a sorted row hold the label's score."""


def top_k(scores, labels, k=1):
    parts = []
    for i, label in enumerate(labels):
        places = np.sort(scores[i])[::-1]
        parts.append(np.sum(places[:k] == scores[i, label]) / np.sum(places == scores[i, label]))
    return np.mean(parts)
