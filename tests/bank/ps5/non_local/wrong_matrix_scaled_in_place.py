"""Divides W_theta by the root of D, and leaves it divided."""
# symptom: changed what it was given


def non_local(x, Wt, Wp, Wg, Wo):
    places = x.reshape(len(x), -1)
    Wt /= np.sqrt(len(Wt))
    theta, phi, g = Wt @ places, Wp @ places, Wg @ places
    scores = theta.T @ phi
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    return x + (Wo @ g @ weights.T).reshape(x.shape)
