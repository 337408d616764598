"""Singular values of a symmetric positive matrix are its eigenvalues."""


def classify(M, tau, kappa=10.0):
    U, s, _ = np.linalg.svd(np.asarray(M, float))
    with np.errstate(divide="ignore"):
        ratio = s[0] / s[1]
    kinds = {(False, False): "flat", (True, False): "edge", (True, True): "corner"}
    kind = kinds[bool(s[0] >= tau), bool(s[0] >= tau and s[1] >= tau and ratio <= kappa)]
    return kind, ratio, -U[:, 0]
