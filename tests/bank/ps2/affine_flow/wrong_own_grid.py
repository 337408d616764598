"""Takes only the shape of X and makes a grid of its own, around the middle."""
# symptom: other points than X and Y say


def affine_flow(a, X, Y):
    a1, a2, a3, a4, a5, a6 = a
    height, width = X.shape
    y, x = np.mgrid[:height, :width] - np.array([(height - 1) / 2, (width - 1) / 2])[:, None, None]
    return np.stack([a1 + a2 * x + a3 * y, a4 + a5 * x + a6 * y])
