"""Adds a small constant to the diagonal so that the system is never singular."""
# symptom: nothing is added


def fit_affine(Ix, Iy, It, X, Y):
    x0, y0 = X.mean(), Y.mean()
    x, y = X - x0, Y - y0
    A = np.stack([Ix, x * Ix, y * Ix, Iy, x * Iy, y * Iy], axis=-1).reshape(-1, 6)
    a = np.linalg.solve(A.T @ A + 1e-6 * np.eye(6), -A.T @ It.ravel())
    a[0] -= a[1] * x0 + a[2] * y0
    a[3] -= a[4] * x0 + a[5] * y0
    return a
