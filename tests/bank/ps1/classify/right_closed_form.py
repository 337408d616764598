"""Eigenvalues by the formula for 2 x 2, direction by the half angle."""


def classify(M, tau, kappa=10.0):
    a, b, c = M[0, 0], M[0, 1], M[1, 1]
    middle, radius = (a + c) / 2, np.hypot((a - c) / 2, b)
    l1, l2 = middle + radius, max(middle - radius, 0.0)
    ratio = float("inf") if l2 == 0 else l1 / l2
    angle = np.arctan2(2 * b, a - c) / 2
    if l1 < tau:
        kind = "flat"
    elif l2 < tau or ratio > kappa:
        kind = "edge"
    else:
        kind = "corner"
    return [kind, ratio, (np.cos(angle), np.sin(angle))]
