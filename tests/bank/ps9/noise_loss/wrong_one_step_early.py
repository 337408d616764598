"""Noises to the step before the one that the network is told."""
# symptom: Is x_t noised as in task 2


def noise_loss(x0, t, eps, weights, alpha_bar):
    a = alpha_bar[t - 1].reshape(-1, *[1] * (x0.ndim - 1))
    xt = np.sqrt(a) * x0 + np.sqrt(1 - a) * eps
    return np.mean((network(xt, t, weights) - eps) ** 2)
