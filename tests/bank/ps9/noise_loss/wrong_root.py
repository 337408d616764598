"""The root of the mean square."""
# symptom: squares in the loss


def noise_loss(x0, t, eps, weights, alpha_bar):
    a = alpha_bar[t].reshape(-1, *[1] * (x0.ndim - 1))
    xt = np.sqrt(a) * x0 + np.sqrt(1 - a) * eps
    return np.sqrt(np.mean((network(xt, t, weights) - eps) ** 2))
