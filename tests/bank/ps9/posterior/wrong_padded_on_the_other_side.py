"""The 1 at the end: the step after in place of the step before."""
# symptom: the mean should be x0, whatever xt is


def posterior(x0, xt, t, alpha_bar):
    now, before = alpha_bar[t], np.append(alpha_bar[1:], 1.0)[t]
    alpha = now / before
    mean = (np.sqrt(before) * (1 - alpha) * x0 + np.sqrt(alpha) * (1 - before) * xt) / (1 - now)
    with np.errstate(all="ignore"):
        return mean, (1 - before) / (1 - now) * (1 - alpha)
