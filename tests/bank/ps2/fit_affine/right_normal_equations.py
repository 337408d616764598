"""Six by six sums, with the coordinates centred and scaled first."""


def fit_affine(Ix, Iy, It, X, Y):
    cx, cy, s = X.mean(), Y.mean(), max(np.ptp(X), np.ptp(Y)) / 2
    x, y = (X - cx) / s, (Y - cy) / s
    columns = np.array([D * k for D in (Ix, Iy) for k in (np.ones_like(x), x, y)]).reshape(6, -1)
    b = np.linalg.inv(columns @ columns.T) @ columns @ (-It.reshape(-1))
    a1, a2, a3, a4, a5, a6 = b / [1, s, s, 1, s, s]
    return np.array([a1 - a2 * cx - a3 * cy, a2, a3, a4 - a5 * cx - a6 * cy, a5, a6])
