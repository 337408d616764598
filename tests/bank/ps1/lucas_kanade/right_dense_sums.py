"""Sums for every pixel by filtering, then a look at the points."""


def lucas_kanade(I0, I1, points, window=5, min_eigenvalue=1e-4):
    from scipy.ndimage import uniform_filter

    gy, gx = np.gradient(I0 / 2 + I1 / 2)
    gt = I1 - I0
    total = lambda P: uniform_filter(P, window, mode="constant") * window**2
    xs, ys = np.asarray(points, int).T
    a, b, c, p, q, n = (total(P)[ys, xs] for P in (gx * gx, gx * gy, gy * gy, -gx * gt, -gy * gt, np.ones_like(gt)))
    small = (a + c) / 2 - np.hypot((a - c) / 2, b)
    ok = small / n >= min_eigenvalue
    det = np.where(ok, a * c - b * b, 1.0)
    flow = np.stack([(c * p - b * q) / det, (a * q - b * p) / det], axis=1)
    return flow * ok[:, None], ok
