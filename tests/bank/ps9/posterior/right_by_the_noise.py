"""The noise in xt, some of it kept."""


def posterior(x0, xt, t, alpha_bar):
    now, before = alpha_bar[t], alpha_bar[t - 1]
    alpha = now / before
    variance = (1 - before) * (1 - alpha) / (1 - now)
    eps = (xt - np.sqrt(now) * x0) / np.sqrt(1 - now)
    return np.sqrt(before) * x0 + np.sqrt(1 - before - variance) * eps, variance
