"""torch and betas; a tensor for the mean, another for the variance."""


def posterior(x0, xt, t, alpha_bar):
    import torch

    x0, xt, alpha_bar = (torch.tensor(v).double() for v in (x0, xt, alpha_bar))
    betas = 1 - alpha_bar[1:] / alpha_bar[:-1]
    beta, now, before = betas[t - 1], alpha_bar[t], alpha_bar[t - 1]
    first, second = before.sqrt() * beta / (1 - now), (1 - beta).sqrt() * (1 - before) / (1 - now)
    return first * x0 + second * xt, beta * (1 - before) / (1 - now)
