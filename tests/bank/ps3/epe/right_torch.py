"""torch, and boolean indexing."""


def epe(flow, truth, valid=None):
    import torch

    flow, truth = torch.as_tensor(flow), torch.as_tensor(truth)
    keep = ~truth.isnan().any(dim=-3)
    if valid is not None:
        keep = keep & torch.as_tensor(valid)
    return torch.linalg.vector_norm((flow - truth).movedim(-3, -1)[keep], dim=-1).mean()
