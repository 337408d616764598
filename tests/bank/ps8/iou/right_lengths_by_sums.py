"""The common side is what two sides have more than the span of both."""


def iou(a, b):
    def side(k):
        lengths = (a[:, k + 2] - a[:, k])[:, None] + (b[:, k + 2] - b[:, k])
        span = np.maximum.outer(a[:, k + 2], b[:, k + 2]) - np.minimum.outer(a[:, k], b[:, k])
        return np.where(lengths > span, lengths - span, 0)

    common = side(0) * side(1)
    union = np.add.outer(np.prod(a[:, 2:] - a[:, :2], axis=1), np.prod(b[:, 2:] - b[:, :2], axis=1)) - common
    return common / np.where(common > 0, union, 1)
