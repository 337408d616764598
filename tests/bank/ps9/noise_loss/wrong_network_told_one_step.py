"""Noises each to its own step, and tells the network the first one's."""
# symptom: the network is told the step of each


def noise_loss(x0, t, eps, weights, alpha_bar):
    a = alpha_bar[t].reshape(-1, *[1] * (x0.ndim - 1))
    xt = np.sqrt(a) * x0 + np.sqrt(1 - a) * eps
    return np.mean((network(xt, int(t[0]), weights) - eps) ** 2)
