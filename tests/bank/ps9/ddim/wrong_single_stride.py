"""One stride from the last step to the first."""
# symptom: should end where (0, 3, 9) does


def ddim(x, steps, weights, alpha_bar):
    if len(steps) == 1:
        return x
    now, then = alpha_bar[steps[-1]], alpha_bar[steps[0]]
    eps = network(x, steps[-1], weights)
    return np.sqrt(then) * (x - np.sqrt(1 - now) * eps) / np.sqrt(now) + np.sqrt(1 - then) * eps
