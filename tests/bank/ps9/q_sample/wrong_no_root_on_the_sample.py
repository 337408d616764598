"""alpha_bar without its root."""
# symptom: are both under a root


def q_sample(x0, t, eps, alpha_bar):
    a = alpha_bar[t].reshape(-1, *[1] * (x0.ndim - 1))
    return a * x0 + np.sqrt(1 - a) * eps
