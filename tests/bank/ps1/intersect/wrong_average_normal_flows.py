"""Averages the normal flows instead of intersecting the lines."""
# symptom: averaging normal flows


def intersect(Ix, Iy, It):
    A = np.stack([Ix, Iy], axis=1)
    small, large = np.linalg.eigvalsh(A.T @ A)
    if small * 1e6 <= large:
        return None
    return np.mean(-It * np.stack([Ix, Iy]) / (Ix**2 + Iy**2), axis=1)
