"""Adds noise and takes nothing away."""
# symptom: the mix should have variance 1 too


def q_sample(x0, t, eps, alpha_bar):
    a = alpha_bar[t].reshape(-1, *[1] * (x0.ndim - 1))
    return x0 + np.sqrt(1 - a) * eps
