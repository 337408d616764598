"""alpha of one step in place of the product."""
# symptom: single steps in a row, each keeping


def q_sample(x0, t, eps, alpha_bar):
    kept = np.append(1.0, alpha_bar[1:] / alpha_bar[:-1])
    a = kept[t].reshape(-1, *[1] * (x0.ndim - 1))
    return np.sqrt(a) * x0 + np.sqrt(1 - a) * eps
