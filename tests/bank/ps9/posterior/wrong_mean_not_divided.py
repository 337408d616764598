"""The mean lacks its denominator."""
# symptom: is the denominator 1 - alpha_bar[t] there


def posterior(x0, xt, t, alpha_bar):
    now, before = alpha_bar[t], alpha_bar[t - 1]
    alpha = now / before
    mean = np.sqrt(before) * (1 - alpha) * x0 + np.sqrt(alpha) * (1 - before) * xt
    return mean, (1 - before) / (1 - now) * (1 - alpha)
