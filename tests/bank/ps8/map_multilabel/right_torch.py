"""torch, with nanmean; tensors come back."""


def map_multilabel(scores, positive):
    import torch

    s, p = torch.tensor(scores), torch.tensor(positive).double()
    taken = (s[None] >= s[:, None]).double()
    precision = torch.einsum("tnc,nc->tc", taken, p) / taken.sum(1)
    each = (p * precision).sum(0) / p.sum(0)
    return each.nanmean(), each
