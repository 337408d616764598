"""One tensor of two numbers."""


def compare(first, second):
    import torch

    a, b = (torch.tensor([np.nan if x is None else x for x in row], dtype=torch.float64) for row in (first, second))
    return torch.stack([a[0] - b[0], torch.exp(torch.log(a[1:]).sum() - torch.log(b[1:]).sum())])
