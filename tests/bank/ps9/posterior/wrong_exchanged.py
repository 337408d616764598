"""The weights of x0 and xt change places."""
# symptom: they have changed places


def posterior(x0, xt, t, alpha_bar):
    now, before = alpha_bar[t], alpha_bar[t - 1]
    alpha = now / before
    mean = (np.sqrt(before) * (1 - alpha) * xt + np.sqrt(alpha) * (1 - before) * x0) / (1 - now)
    return mean, (1 - before) / (1 - now) * (1 - alpha)
