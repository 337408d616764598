"""A weighted mean, and then divided by N."""
# symptom: sum to 1


def non_local(x, Wt, Wp, Wg, Wo):
    places = x.reshape(len(x), -1)
    theta, phi, g = Wt @ places, Wp @ places, Wg @ places
    scores = theta.T @ phi / np.sqrt(len(Wt))
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    return x + (Wo @ g @ weights.T / g.shape[1]).reshape(x.shape)
