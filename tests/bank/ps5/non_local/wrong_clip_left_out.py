"""Returns what was gathered alone."""
# symptom: the block *adds*


def non_local(x, Wt, Wp, Wg, Wo):
    places = x.reshape(len(x), -1)
    theta, phi, g = Wt @ places, Wp @ places, Wg @ places
    scores = theta.T @ phi / np.sqrt(len(Wt))
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    return (Wo @ g @ weights.T).reshape(x.shape)
