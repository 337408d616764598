"""Keeps the variance a hair above 0, as code that takes its logarithm does."""


def posterior(x0, xt, t, alpha_bar):
    now, before = alpha_bar[t], alpha_bar[t - 1]
    alpha = now / before
    mean = (np.sqrt(before) * (1 - alpha) * x0 + np.sqrt(alpha) * (1 - before) * xt) / (1 - now)
    return mean, max((1 - before) / (1 - now) * (1 - alpha), 1e-20)
