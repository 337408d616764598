"""Subtracts the largest of all scores, so that other rows become 0 / 0."""
# symptom: subtract each row's largest score


def non_local(x, Wt, Wp, Wg, Wo):
    places = x.reshape(len(x), -1)
    theta, phi, g = Wt @ places, Wp @ places, Wg @ places
    scores = theta.T @ phi / np.sqrt(len(Wt))
    weights = np.exp(scores - scores.max())
    weights /= weights.sum(axis=1, keepdims=True)
    return x + (Wo @ g @ weights.T).reshape(x.shape)
