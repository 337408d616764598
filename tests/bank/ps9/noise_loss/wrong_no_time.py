"""Tells the network always the same step."""
# symptom: the step that the network is told


def noise_loss(x0, t, eps, weights, alpha_bar):
    a = alpha_bar[t].reshape(-1, *[1] * (x0.ndim - 1))
    xt = np.sqrt(a) * x0 + np.sqrt(1 - a) * eps
    return np.mean((network(xt, 1, weights) - eps) ** 2)
