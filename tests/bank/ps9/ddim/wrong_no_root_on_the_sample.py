"""alpha_bar without its root."""
# symptom: the clean sample is multiplied by alpha_bar without its root


def ddim(x, steps, weights, alpha_bar):
    for k in range(len(steps) - 1, 0, -1):
        t, s = steps[k], steps[k - 1]
        now, then = alpha_bar[t], alpha_bar[s]
        eps = network(x, t, weights)
        x0 = (x - np.sqrt(1 - now) * eps) / np.sqrt(now)
        x = then * x0 + np.sqrt(1 - then) * eps
    return x
