"""Compares what the network says with the clean samples."""
# symptom: is its answer compared with eps


def noise_loss(x0, t, eps, weights, alpha_bar):
    a = alpha_bar[t].reshape(-1, *[1] * (x0.ndim - 1))
    xt = np.sqrt(a) * x0 + np.sqrt(1 - a) * eps
    return np.mean((network(xt, t, weights) - x0) ** 2)
