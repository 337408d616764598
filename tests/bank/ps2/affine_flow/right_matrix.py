"""A matrix product with homogeneous coordinates."""


def affine_flow(a, X, Y):
    points = np.stack([np.ones(np.shape(X)), X, Y])
    return np.tensordot(np.reshape(a, (2, 3)), points, axes=1)
