"""torch, in double precision; a tensor comes back."""


def q_sample(x0, t, eps, alpha_bar):
    import torch

    x0, eps = torch.tensor(x0).double(), torch.tensor(eps).double()
    a = torch.tensor(alpha_bar).double()[torch.tensor(t)].view(-1, *[1] * (x0.dim() - 1))
    return torch.lerp(torch.zeros_like(x0), x0, a.sqrt()) + (1 - a).sqrt() * eps
