"""The two roots change places."""
# symptom: does sqrt(alpha_bar) stand with x0


def q_sample(x0, t, eps, alpha_bar):
    a = alpha_bar[t].reshape(-1, *[1] * (x0.ndim - 1))
    return np.sqrt(1 - a) * x0 + np.sqrt(a) * eps
