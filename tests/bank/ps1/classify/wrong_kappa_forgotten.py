"""The ratio is never looked at."""
# symptom: ratio with kappa


def classify(M, tau, kappa=10.0):
    (small, large), vectors = np.linalg.eigh(M)
    small = max(small, 0.0)
    ratio = large / small if small > 0 else np.inf
    if large < tau:
        kind = "flat"
    else:
        kind = "corner" if small >= tau else "edge"
    return kind, ratio, vectors[:, 1]
