"""Solves the first two constraints and forgets the rest."""
# symptom: left out


def intersect(Ix, Iy, It):
    A = np.stack([Ix, Iy], axis=1)
    small, large = np.linalg.eigvalsh(A.T @ A)
    if small * 1e6 <= large:
        return None
    return np.linalg.solve(A[:2], -It[:2])
