"""Puts a 1 before a schedule that begins with one: two steps back."""
# symptom: knowing the end can only help


def posterior(x0, xt, t, alpha_bar):
    now, before = alpha_bar[t], np.append(1.0, alpha_bar[:-1])[t - 1]
    alpha = now / before
    mean = (np.sqrt(before) * (1 - alpha) * x0 + np.sqrt(alpha) * (1 - before) * xt) / (1 - now)
    return mean, (1 - before) / (1 - now) * (1 - alpha)
