"""The first sample's noise for the batch."""
# symptom: and its own noise


def q_sample(x0, t, eps, alpha_bar):
    a = alpha_bar[t].reshape(-1, *[1] * (x0.ndim - 1))
    return np.sqrt(a) * x0 + np.sqrt(1 - a) * eps[:1]
