"""torch between the network's answers; a tensor comes back."""


def ddim(x, steps, weights, alpha_bar):
    import torch

    x, left = torch.tensor(x), torch.tensor(alpha_bar)
    path = [int(s) for s in steps]
    path.reverse()
    for t, s in zip(path, path[1:]):
        eps = torch.as_tensor(network(x.numpy(), t, weights))
        clean = (x - (1 - left[t]).sqrt() * eps) / left[t].sqrt()
        x = torch.stack([clean, eps], -1) @ torch.stack([left[s].sqrt(), (1 - left[s]).sqrt()])
    return x
