"""Adds DDPM's noise, drawn inside."""
# symptom: should end where (0, 3, 9) does


def ddim(x, steps, weights, alpha_bar):
    for k in range(len(steps) - 1, 0, -1):
        t, s = steps[k], steps[k - 1]
        now, then = alpha_bar[t], alpha_bar[s]
        eps = network(x, t, weights)
        x0 = (x - np.sqrt(1 - now) * eps) / np.sqrt(now)
        spread = (1 - then) / (1 - now) * (1 - now / then)
        x = np.sqrt(then) * x0 + np.sqrt(1 - then - spread) * eps + np.sqrt(spread) * np.random.standard_normal(x.shape)
    return x
