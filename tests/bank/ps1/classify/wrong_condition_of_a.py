"""The condition number of A instead of A^T A."""
# symptom: root of the one asked for


def classify(M, tau, kappa=10.0):
    (small, large), vectors = np.linalg.eigh(M)
    small = max(small, 0.0)
    ratio = large / small if small > 0 else np.inf
    if large < tau:
        kind = "flat"
    else:
        kind = "corner" if small >= tau and ratio <= kappa else "edge"
    return kind, np.sqrt(ratio), vectors[:, 1]
