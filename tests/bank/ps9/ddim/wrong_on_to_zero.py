"""The last stride always ends at 0."""
# symptom: the walk stops at the first of `steps`


def ddim(x, steps, weights, alpha_bar):
    for k in range(len(steps) - 1, 0, -1):
        t, s = steps[k], steps[k - 1]
        now, then = alpha_bar[t], alpha_bar[s] if k > 1 else 1.0
        eps = network(x, t, weights)
        x0 = (x - np.sqrt(1 - now) * eps) / np.sqrt(now)
        x = np.sqrt(then) * x0 + np.sqrt(1 - then) * eps
    return x
