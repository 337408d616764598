"""Four unknowns only: the motion at the origin is forgotten."""
# symptom: was not found


def fit_affine(Ix, Iy, It, X, Y):
    A = np.stack([X * Ix, Y * Ix, X * Iy, Y * Iy], axis=-1).reshape(-1, 4)
    a2, a3, a5, a6 = np.linalg.lstsq(A, -It.ravel(), rcond=None)[0]
    return np.array([0, a2, a3, 0, a5, a6])
