"""Multiplies as numpy lines up: along the last axis, where that fits."""
# symptom: along the first axis


def noise_loss(x0, t, eps, weights, alpha_bar):
    a = alpha_bar[t]
    xt = np.sqrt(a) * x0 + np.sqrt(1 - a) * eps
    return np.mean((network(xt, t, weights) - eps) ** 2)
