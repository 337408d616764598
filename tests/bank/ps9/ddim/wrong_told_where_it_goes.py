"""Tells the network the step it goes to."""
# symptom: the network is told the step that a stride goes to


def ddim(x, steps, weights, alpha_bar):
    for k in range(len(steps) - 1, 0, -1):
        t, s = steps[k], steps[k - 1]
        now, then = alpha_bar[t], alpha_bar[s]
        eps = network(x, max(s, 1), weights)
        x0 = (x - np.sqrt(1 - now) * eps) / np.sqrt(now)
        x = np.sqrt(then) * x0 + np.sqrt(1 - then) * eps
    return x
