"""Least squares straight away, which never forms the sums."""


def fit_affine(Ix, Iy, It, X, Y):
    rows = [(gx, x * gx, y * gx, gy, x * gy, y * gy) for gx, gy, x, y in zip(Ix.flat, Iy.flat, X.flat, Y.flat)]
    return np.linalg.lstsq(np.array(rows), -It.flatten(), rcond=None)[0]
