"""The softmax runs over the places that ask."""
# symptom: the softmax of place i runs over the places j that it asks


def non_local(x, Wt, Wp, Wg, Wo):
    places = x.reshape(len(x), -1)
    theta, phi, g = Wt @ places, Wp @ places, Wg @ places
    scores = theta.T @ phi / np.sqrt(len(Wt))
    weights = np.exp(scores - scores.max(axis=0))
    weights /= weights.sum(axis=0)
    return x + (Wo @ g @ weights.T).reshape(x.shape)
