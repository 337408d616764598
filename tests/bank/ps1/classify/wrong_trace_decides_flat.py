"""Compares the sum of the eigenvalues with tau before anything else, and never the larger one."""
# symptom: compared with tau


def classify(M, tau, kappa=10.0):
    (small, large), vectors = np.linalg.eigh(M)
    small = max(small, 0.0)
    ratio = large / small if small > 0 else np.inf
    if large + small < tau:
        kind = "flat"
    else:
        kind = "corner" if small >= tau and ratio <= kappa else "edge"
    return kind, ratio, vectors[:, 1]
