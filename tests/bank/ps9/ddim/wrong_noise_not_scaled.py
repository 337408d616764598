"""Scales x and forgets that the noise in it is scaled too."""
# symptom: at step 0 only the clean sample is left


def ddim(x, steps, weights, alpha_bar):
    for k in range(len(steps) - 1, 0, -1):
        t, s = steps[k], steps[k - 1]
        now, then = alpha_bar[t], alpha_bar[s]
        eps = network(x, t, weights)
        x = np.sqrt(then / now) * x + (np.sqrt(1 - then) - np.sqrt(1 - now)) * eps
    return x
