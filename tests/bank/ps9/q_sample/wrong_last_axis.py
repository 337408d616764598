"""Multiplies as numpy lines up: along the last axis, where that fits."""
# symptom: along the first axis and no other


def q_sample(x0, t, eps, alpha_bar):
    a = alpha_bar[t]
    return np.sqrt(a) * x0 + np.sqrt(1 - a) * eps
