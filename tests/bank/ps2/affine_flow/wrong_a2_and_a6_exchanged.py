"""Growth along x and along y are exchanged."""
# symptom: alone the field is wrong


def affine_flow(a, X, Y):
    a1, a2, a3, a4, a5, a6 = a
    return np.stack([a1 + a6 * X + a3 * Y, a4 + a5 * X + a2 * Y])
