"""All thresholds of all classes in one array of three axes."""


def map_multilabel(scores, positive):
    taken = scores[None] >= scores[:, None]
    precision = (taken & positive[None]).sum(axis=1) / taken.sum(axis=1)
    count = positive.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        each = np.where(positive, precision, 0).sum(axis=0) / count
        return each[count > 0].sum() / np.sum(count > 0), each
