"""Sorts the classes and takes the first k: among equals the earlier class."""
# symptom: a tie was broken by the order of classes


def top_k(scores, labels, k=1):
    best = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    return (best == labels[:, None]).any(axis=1).mean()
