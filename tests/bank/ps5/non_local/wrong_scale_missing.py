"""Products are not divided."""
# symptom: products are not divided by the root of D


def non_local(x, Wt, Wp, Wg, Wo):
    places = x.reshape(len(x), -1)
    theta, phi, g = Wt @ places, Wp @ places, Wg @ places
    scores = theta.T @ phi
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    return x + (Wo @ g @ weights.T).reshape(x.shape)
