"""The right-hand side is +It."""
# symptom: backwards


def intersect(Ix, Iy, It):
    A = np.stack([Ix, Iy], axis=1)
    small, large = np.linalg.eigvalsh(A.T @ A)
    if small * 1e6 <= large:
        return None
    return np.linalg.solve(A.T @ A, A.T @ It)
