"""Forms the six sums with the coordinates as they come: twice as many digits are lost."""
# symptom: lose digits


def fit_affine(Ix, Iy, It, X, Y):
    A = np.stack([Ix, X * Ix, Y * Ix, Iy, X * Iy, Y * Iy], axis=-1).reshape(-1, 6)
    return np.linalg.solve(A.T @ A, -A.T @ It.ravel())
