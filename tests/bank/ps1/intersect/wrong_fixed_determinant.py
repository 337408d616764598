"""Calls lines parallel when the determinant is below a fixed number."""
# symptom: only the image is faint


def intersect(Ix, Iy, It):
    A = np.stack([Ix, Iy], axis=1)
    small, large = np.linalg.eigvalsh(A.T @ A)
    if np.linalg.det(A.T @ A) < 1e-6:
        return None
    return np.linalg.solve(A.T @ A, -A.T @ It)
