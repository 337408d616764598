"""1 - alpha_bar without its root, as in a well-known implementation's first version."""
# symptom: are both under a root


def q_sample(x0, t, eps, alpha_bar):
    a = alpha_bar[t].reshape(-1, *[1] * (x0.ndim - 1))
    return np.sqrt(a) * x0 + (1 - a) * eps
