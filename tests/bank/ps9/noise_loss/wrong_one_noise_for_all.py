"""The first sample's noise for the batch."""
# symptom: the loss should be


def noise_loss(x0, t, eps, weights, alpha_bar):
    eps = np.broadcast_to(eps[:1], x0.shape)
    a = alpha_bar[t].reshape(-1, *[1] * (x0.ndim - 1))
    xt = np.sqrt(a) * x0 + np.sqrt(1 - a) * eps
    return np.mean((network(xt, t, weights) - eps) ** 2)
