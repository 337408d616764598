"""torch between the network's answers; a tensor comes back."""


def ddpm(x, noise, weights, alpha_bar, variance="posterior"):
    import torch

    x, noise, left = (torch.tensor(v).double() for v in (x, noise, alpha_bar))
    t = len(left) - 1
    while t:
        eps = torch.as_tensor(network(x.numpy(), t, weights))
        beta = 1 - left[t] / left[t - 1]
        share = torch.ones(()) if variance == "beta" else (1 - left[t - 1]) / (1 - left[t])
        x = (x - beta * (1 - left[t]).rsqrt() * eps) * (1 - beta).rsqrt()
        if t != 1:
            x = x + (share * beta).sqrt() * noise[t]
        t -= 1
    return x
