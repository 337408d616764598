"""Fills an array of the samples' own type."""
# symptom: nothing be cut off to whole numbers


def q_sample(x0, t, eps, alpha_bar):
    xt = np.empty_like(x0)
    for b, step in enumerate(t):
        xt[b] = np.sqrt(alpha_bar[step]) * x0[b] + np.sqrt(1 - alpha_bar[step]) * eps[b]
    return xt
