"""Returns the last clean sample that was guessed."""
# symptom: the walk stops at the first of `steps`


def ddim(x, steps, weights, alpha_bar):
    x0 = x
    for k in range(len(steps) - 1, 0, -1):
        t, s = steps[k], steps[k - 1]
        now, then = alpha_bar[t], alpha_bar[s]
        eps = network(x, t, weights)
        x0 = (x - np.sqrt(1 - now) * eps) / np.sqrt(now)
        x = np.sqrt(then) * x0 + np.sqrt(1 - then) * eps
    return x0
