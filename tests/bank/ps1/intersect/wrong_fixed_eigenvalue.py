"""Calls lines parallel when the smaller eigenvalue is below a fixed number."""
# symptom: only the image is faint


def intersect(Ix, Iy, It):
    A = np.stack([Ix, Iy], axis=1)
    small, large = np.linalg.eigvalsh(A.T @ A)
    if small < 1e-8:
        return None
    return np.linalg.solve(A.T @ A, -A.T @ It)
