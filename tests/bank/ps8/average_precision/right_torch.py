"""All thresholds at once in a matrix; a tensor comes back."""


def average_precision(scores, positive):
    import torch

    s, p = torch.tensor(scores), torch.tensor(positive, dtype=torch.float64)
    taken = (s[None] >= s[:, None]).double()
    return (p * (taken @ p / taken.sum(1))).sum() / p.sum()
