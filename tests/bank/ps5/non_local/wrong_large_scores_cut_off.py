"""Cuts scores off where the exponential would overflow."""
# symptom: hears itself alone


def non_local(x, Wt, Wp, Wg, Wo):
    places = x.reshape(len(x), -1)
    theta, phi, g = Wt @ places, Wp @ places, Wg @ places
    scores = theta.T @ phi / np.sqrt(len(Wt))
    weights = np.exp(np.clip(scores, -700, 700))
    weights /= weights.sum(axis=1, keepdims=True)
    return x + (Wo @ g @ weights.T).reshape(x.shape)
