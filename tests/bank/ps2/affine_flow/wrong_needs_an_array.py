"""Takes a for an array; the list of the example cell has no reshape."""
# symptom: 'list' object has no attribute


def affine_flow(a, X, Y):
    A = a.reshape(2, 3)
    return np.stack([A[k, 0] + A[k, 1] * X + A[k, 2] * Y for k in (0, 1)])
