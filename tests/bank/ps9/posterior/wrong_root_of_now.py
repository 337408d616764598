"""The root of alpha_bar[t] with x0."""
# symptom: the mean should be x0, whatever xt is


def posterior(x0, xt, t, alpha_bar):
    now, before = alpha_bar[t], alpha_bar[t - 1]
    alpha = now / before
    mean = (np.sqrt(now) * (1 - alpha) * x0 + np.sqrt(alpha) * (1 - before) * xt) / (1 - now)
    return mean, (1 - before) / (1 - now) * (1 - alpha)
