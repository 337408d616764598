"""Scales every constraint to unit slope, which reweights them."""
# symptom: reweighted


def intersect(Ix, Iy, It):
    A = np.stack([Ix, Iy], axis=1)
    small, large = np.linalg.eigvalsh(A.T @ A)
    if small * 1e6 <= large:
        return None
    length = np.hypot(Ix, Iy)
    A, It = A / length[:, None], It / length
    return np.linalg.solve(A.T @ A, -A.T @ It)
