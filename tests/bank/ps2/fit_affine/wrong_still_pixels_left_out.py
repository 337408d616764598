"""Pixels whose brightness does not change are left out, as if they said nothing."""
# symptom: count alike


def fit_affine(Ix, Iy, It, X, Y):
    m = It != 0
    if m.sum() < 6:
        return np.zeros(6)
    Ix, Iy, It, X, Y = Ix[m], Iy[m], It[m], X[m], Y[m]
    x0, y0 = X.mean(), Y.mean()
    x, y = X - x0, Y - y0
    A = np.stack([Ix, x * Ix, y * Ix, Iy, x * Iy, y * Iy], axis=-1)
    a = np.linalg.lstsq(A, -It, rcond=None)[0]
    a[0] -= a[1] * x0 + a[2] * y0
    a[3] -= a[4] * x0 + a[5] * y0
    return a
