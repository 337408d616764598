"""Each inner channel has weights of its own."""
# symptom: the same for all channels of g


def non_local(x, Wt, Wp, Wg, Wo):
    places = x.reshape(len(x), -1)
    theta, phi, g = Wt @ places, Wp @ places, Wg @ places
    scores = theta[:, :, None] * phi[:, None] / np.sqrt(len(Wt))
    weights = np.exp(scores - scores.max(axis=2, keepdims=True))
    weights /= weights.sum(axis=2, keepdims=True)
    return x + (Wo @ np.einsum("dnm,dm->dn", weights, g)).reshape(x.shape)
