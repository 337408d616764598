"""Points whose window leaves the frame are marked unsolvable."""
# symptom: border


def lucas_kanade(I0, I1, points, window=5, min_eigenvalue=1e-4):
    Iy, Ix = np.gradient((I0 + I1) / 2)
    It = I1 - I0
    r = window // 2
    flow, ok = np.zeros((len(points), 2)), np.zeros(len(points), bool)
    for k, (x, y) in enumerate(np.asarray(points).astype(int)):
        cut = np.s_[max(y - r, 0) : y + r + 1, max(x - r, 0) : x + r + 1]
        A = np.stack([Ix[cut].ravel(), Iy[cut].ravel()], axis=1)
        b = -It[cut].ravel()
        if len(A) == window**2 and np.linalg.eigvalsh(A.T @ A)[0] / len(A) >= min_eigenvalue:
            flow[k], ok[k] = np.linalg.solve(A.T @ A, A.T @ b), True
    return flow, ok
