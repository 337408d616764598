"""Point by point."""


def affine_flow(a, X, Y):
    out = np.empty((2,) + X.shape)
    for k in np.ndindex(*X.shape):
        out[(0,) + k] = a[0] + a[1] * X[k] + a[2] * Y[k]
        out[(1,) + k] = a[3] + a[4] * X[k] + a[5] * Y[k]
    return out
