"""Only the slopes of the field; the motion at the origin was forgotten."""
# symptom: constant part of u


def affine_flow(a, X, Y):
    a1, a2, a3, a4, a5, a6 = a
    return np.stack([a2 * X + a3 * Y, a5 * X + a6 * Y])
