"""Writes into the clean samples."""
# symptom: changed what it was given


def q_sample(x0, t, eps, alpha_bar):
    a = alpha_bar[t].reshape(-1, *[1] * (x0.ndim - 1))
    x0 *= np.sqrt(a)
    x0 += np.sqrt(1 - a) * eps
    return x0
