"""Takes alpha_bar for the factor of x0, and makes the noise fit."""
# symptom: neither alpha_bar itself


def q_sample(x0, t, eps, alpha_bar):
    a = alpha_bar[t].reshape(-1, *[1] * (x0.ndim - 1))
    return a * x0 + np.sqrt(1 - a**2) * eps
