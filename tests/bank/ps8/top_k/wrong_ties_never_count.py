"""Counts the label only where it is in even if it loses every tie."""
# symptom: none counts: in a tie each has its chance


def top_k(scores, labels, k=1):
    own = np.take_along_axis(scores, labels[:, None], axis=1)
    return ((scores >= own).sum(axis=1) <= k).mean()
