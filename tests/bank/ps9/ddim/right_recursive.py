"""The last stride, then the rest."""


def ddim(x, steps, weights, alpha_bar):
    if len(steps) == 1:
        return x
    *rest, s, t = steps
    eps = network(x, t, weights)
    kept = (alpha_bar[s] / alpha_bar[t]) ** 0.5
    x = kept * x + ((1 - alpha_bar[s]) ** 0.5 - kept * (1 - alpha_bar[t]) ** 0.5) * eps
    return ddim(x, [*rest, s], weights, alpha_bar)
