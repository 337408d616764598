"""Scores from one inner channel, as if the others were alike."""
# symptom: with one inner channel, but not with D = 3


def non_local(x, Wt, Wp, Wg, Wo):
    places = x.reshape(len(x), -1)
    theta, phi, g = Wt @ places, Wp @ places, Wg @ places
    scores = np.sqrt(len(Wt)) * np.outer(theta[0], phi[0])
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    return x + (Wo @ g @ weights.T).reshape(x.shape)
