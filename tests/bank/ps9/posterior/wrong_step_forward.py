"""The step forward, from t - 1 to t, in place of the one back."""
# symptom: the mean should be x0, whatever xt is


def posterior(x0, xt, t, alpha_bar):
    now, before = alpha_bar[t], alpha_bar[t - 1]
    alpha = now / before
    return np.sqrt(alpha) * xt + 0 * x0, 1 - alpha
