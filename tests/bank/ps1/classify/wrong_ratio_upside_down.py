"""The ratio is the smaller over the larger."""
# symptom: ratio is 2


def classify(M, tau, kappa=10.0):
    (small, large), vectors = np.linalg.eigh(M)
    small = max(small, 0.0)
    ratio = large / small if small > 0 else np.inf
    if large < tau:
        kind = "flat"
    else:
        kind = "corner" if small >= tau and ratio <= kappa else "edge"
    return kind, 1 / ratio, vectors[:, 1]
