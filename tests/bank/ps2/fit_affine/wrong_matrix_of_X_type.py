"""The matrix has the number type of X, so with whole coordinates the slopes are cut to whole numbers."""
# symptom: number type


def fit_affine(Ix, Iy, It, X, Y):
    A = np.zeros((X.size, 6), dtype=X.dtype)
    x0, y0 = X.mean().astype(X.dtype), Y.mean().astype(X.dtype)
    x, y = (X - x0).ravel(), (Y - y0).ravel()
    for k, c in enumerate([1, x, y]):
        A[:, k], A[:, k + 3] = c * Ix.ravel(), c * Iy.ravel()
    a = np.linalg.lstsq(A, -It.ravel(), rcond=None)[0]
    a[0] -= a[1] * x0 + a[2] * y0
    a[3] -= a[4] * x0 + a[5] * y0
    return a
