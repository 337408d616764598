"""The columns go Ix, Iy, then those with x, then those with y."""
# symptom: the order is


def fit_affine(Ix, Iy, It, X, Y):
    x0, y0 = X.mean(), Y.mean()
    x, y = X - x0, Y - y0
    A = np.stack([Ix, Iy, x * Ix, x * Iy, y * Ix, y * Iy], axis=-1).reshape(-1, 6)
    a = np.linalg.lstsq(A, -It.ravel(), rcond=None)[0]
    return a
