"""Sums over a sample's numbers, and the mean over samples."""
# symptom: A mean over all numbers, no sum


def noise_loss(x0, t, eps, weights, alpha_bar):
    a = alpha_bar[t].reshape(-1, *[1] * (x0.ndim - 1))
    xt = np.sqrt(a) * x0 + np.sqrt(1 - a) * eps
    errors = (network(xt, t, weights) - eps) ** 2
    return errors.reshape(len(x0), -1).sum(axis=1).mean()
