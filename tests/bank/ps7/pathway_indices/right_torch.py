"""torch, with the ends clamped."""


def pathway_indices(start, T, tau, alpha, frames):
    import torch

    if tau % alpha:
        raise ValueError("no whole step")
    fast = torch.clamp(torch.arange(start, start + T * tau, tau // alpha), max=frames - 1)
    return fast[::alpha].tolist(), fast.tolist()
