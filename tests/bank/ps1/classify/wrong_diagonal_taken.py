"""Takes the diagonal of M for its eigenvalues."""
# symptom: eigenvalues 4 and 2


def classify(M, tau, kappa=10.0):
    small, large = sorted([M[0, 0], M[1, 1]])
    ratio = large / small if small > 0 else np.inf
    kind = "flat" if large < tau else "corner" if small >= tau and ratio <= kappa else "edge"
    return kind, ratio, np.linalg.eigh(M)[1][:, 1]
