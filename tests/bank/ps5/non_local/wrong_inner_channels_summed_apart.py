"""einsum with two letters for the inner channels, so that each sum runs alone."""
# symptom: sum of theta_d phi_d


def non_local(x, Wt, Wp, Wg, Wo):
    places = x.reshape(len(x), -1)
    theta, phi, g = Wt @ places, Wp @ places, Wg @ places
    scores = np.einsum("dn,em->nm", theta, phi) / np.sqrt(len(Wt))
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    return x + (Wo @ g @ weights.T).reshape(x.shape)
