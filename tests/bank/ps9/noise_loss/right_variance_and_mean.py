"""The mean square as variance plus squared mean."""


def noise_loss(x0, t, eps, weights, alpha_bar):
    a = np.expand_dims(alpha_bar[t], tuple(range(1, x0.ndim)))
    error = eps - network(a**0.5 * x0 + (1 - a) ** 0.5 * eps, t, weights)
    return np.var(error) + np.mean(error) ** 2
