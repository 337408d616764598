"""The second parameter multiplies y, the third x."""
# symptom: where they belong


def affine_flow(a, X, Y):
    a1, a2, a3, a4, a5, a6 = a
    return np.stack([a1 + a2 * Y + a3 * X, a4 + a5 * Y + a6 * X])
