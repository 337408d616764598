"""Centres the coordinates, and returns the motion at the centre."""
# symptom: not moved back


def fit_affine(Ix, Iy, It, X, Y):
    x0, y0 = X.mean(), Y.mean()
    x, y = X - x0, Y - y0
    A = np.stack([Ix, x * Ix, y * Ix, Iy, x * Iy, y * Iy], axis=-1).reshape(-1, 6)
    a = np.linalg.lstsq(A, -It.ravel(), rcond=None)[0]
    return a
