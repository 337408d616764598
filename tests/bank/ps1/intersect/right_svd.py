"""Singular values of A itself."""


def intersect(Ix, Iy, It):
    A = np.column_stack([Ix, Iy])
    U, s, Vt = np.linalg.svd(A, full_matrices=False)
    if s[1] ** 2 * 1e6 <= s[0] ** 2:
        return None
    return Vt.T @ ((U.T @ -It) / s)
