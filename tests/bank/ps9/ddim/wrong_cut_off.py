"""Cuts the clean sample off at -1 and 1."""
# symptom: at step 0 only the clean sample is left


def ddim(x, steps, weights, alpha_bar):
    for k in range(len(steps) - 1, 0, -1):
        t, s = steps[k], steps[k - 1]
        now, then = alpha_bar[t], alpha_bar[s]
        eps = network(x, t, weights)
        x0 = np.clip((x - np.sqrt(1 - now) * eps) / np.sqrt(now), -1, 1)
        x = np.sqrt(then) * x0 + np.sqrt(1 - then) * eps
    return x
