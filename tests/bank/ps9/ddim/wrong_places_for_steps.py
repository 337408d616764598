"""Takes alpha_bar at the place in the sequence."""
# symptom: should end where (0, 3, 9) does


def ddim(x, steps, weights, alpha_bar):
    for k in range(len(steps) - 1, 0, -1):
        t = steps[k]
        now, then = alpha_bar[k], alpha_bar[k - 1]
        eps = network(x, t, weights)
        x0 = (x - np.sqrt(1 - now) * eps) / np.sqrt(now)
        x = np.sqrt(then) * x0 + np.sqrt(1 - then) * eps
    return x
