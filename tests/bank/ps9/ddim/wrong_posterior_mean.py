"""DDPM's step with the noise left out."""
# symptom: each stride is DDPM's mean


def ddim(x, steps, weights, alpha_bar):
    for k in range(len(steps) - 1, 0, -1):
        t, s = steps[k], steps[k - 1]
        now, then = alpha_bar[t], alpha_bar[s]
        eps = network(x, t, weights)
        x0 = (x - np.sqrt(1 - now) * eps) / np.sqrt(now)
        x = (np.sqrt(then) * (1 - now / then) * x0 + np.sqrt(now / then) * (1 - then) * x) / (1 - now)
    return x
