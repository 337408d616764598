"""torch multiplies, in double precision; a tensor comes back."""


def linear_schedule(T, first=1e-4, last=0.02):
    import torch

    betas = torch.cat([torch.zeros(1, dtype=torch.float64), torch.linspace(first, last, T, dtype=torch.float64)])
    return torch.cumprod(1 - betas, dim=0)
