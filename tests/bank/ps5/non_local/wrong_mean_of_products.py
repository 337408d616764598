"""Divides the products by N in place of a softmax, but makes each row sum to 1."""
# symptom: not what a loop over places gives


def non_local(x, Wt, Wp, Wg, Wo):
    places = x.reshape(len(x), -1)
    theta, phi, g = Wt @ places, Wp @ places, Wg @ places
    scores = theta.T @ phi / np.sqrt(len(Wt))
    weights = scores / scores.sum(axis=1, keepdims=True)
    return x + (Wo @ g @ weights.T).reshape(x.shape)
