"""Counts steps from 0: alpha_bar of the step before."""
# symptom: t = 0 is clean


def q_sample(x0, t, eps, alpha_bar):
    a = alpha_bar[t - 1].reshape(-1, *[1] * (x0.ndim - 1))
    return np.sqrt(a) * x0 + np.sqrt(1 - a) * eps
