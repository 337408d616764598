"""The result has the number type of the coordinates, so whole coordinates give whole motions."""
# symptom: number type


def affine_flow(a, X, Y):
    flow = np.zeros((2, *X.shape), X.dtype)
    flow[0] = a[0] + a[1] * X + a[2] * Y
    flow[1] = a[3] + a[4] * X + a[5] * Y
    return flow
