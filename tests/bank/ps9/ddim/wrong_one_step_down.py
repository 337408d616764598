"""From t to t - 1, whatever the next of the steps is."""
# symptom: to the one before it there, not to t - 1


def ddim(x, steps, weights, alpha_bar):
    for k in range(len(steps) - 1, 0, -1):
        t = steps[k]
        now, then = alpha_bar[t], alpha_bar[t - 1]
        eps = network(x, t, weights)
        x0 = (x - np.sqrt(1 - now) * eps) / np.sqrt(now)
        x = np.sqrt(then) * x0 + np.sqrt(1 - then) * eps
    return x
