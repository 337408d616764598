"""Averages the meeting points of neighbouring pairs of lines."""
# symptom: averaged


def intersect(Ix, Iy, It):
    A = np.stack([Ix, Iy], axis=1)
    small, large = np.linalg.eigvalsh(A.T @ A)
    if small * 1e6 <= large:
        return None
    pairs = [(k, k + 1) for k in range(len(Ix) - 1)]
    return np.mean([np.linalg.lstsq(A[list(p)], -It[list(p)], rcond=None)[0] for p in pairs], axis=0)
