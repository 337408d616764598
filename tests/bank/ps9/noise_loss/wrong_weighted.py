"""Weighs each sample by its signal to noise, as a loss on clean samples would; the weights sum to one."""
# symptom: the loss should be


def noise_loss(x0, t, eps, weights, alpha_bar):
    a = alpha_bar[t].reshape(-1, *[1] * (x0.ndim - 1))
    xt = np.sqrt(a) * x0 + np.sqrt(1 - a) * eps
    weight = 1 - alpha_bar[t]
    errors = ((network(xt, t, weights) - eps) ** 2).reshape(len(x0), -1).mean(axis=1)
    return (weight * errors).sum() / weight.sum()
