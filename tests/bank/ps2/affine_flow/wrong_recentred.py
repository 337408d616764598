"""Counts from the middle of the points, whatever the origin."""
# symptom: other points than X and Y say


def affine_flow(a, X, Y):
    x, y = X - X.mean(), Y - Y.mean()
    return np.stack([a[0] + a[1] * x + a[2] * y, a[3] + a[4] * x + a[5] * y])
