"""One number after the other."""


def conv3d(x, w, b, padding=(0, 0, 0)):
    C, *n = x.shape
    big = np.zeros((C, *(m + 2 * p for m, p in zip(n, padding))))
    big[(slice(None), *(slice(p, p + m) for m, p in zip(n, padding)))] = x
    k = w.shape[2:]
    T, H, W = (m - s + 1 for m, s in zip(big.shape[1:], k))
    at = lambda t, i, j: big[:, t : t + k[0], i : i + k[1], j : j + k[2]].ravel()
    return np.array([[[[float(v.ravel() @ at(t, i, j) + c) for j in range(W)] for i in range(H)] for t in range(T)] for v, c in zip(w, b)])
