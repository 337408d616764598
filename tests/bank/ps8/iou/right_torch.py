"""torch, one axis after the other; a tensor comes back."""


def iou(a, b):
    import torch

    a, b = (torch.tensor(x, dtype=torch.float64) for x in (a, b))
    common = torch.ones(len(a), len(b), dtype=torch.float64)
    for low, high in ((0, 2), (1, 3)):
        end, start = torch.minimum(a[:, None, high], b[None, :, high]), torch.maximum(a[:, None, low], b[None, :, low])
        common = common * (end - start).relu()
    union = ((a[:, 2] - a[:, 0]) * (a[:, 3] - a[:, 1]))[:, None] + (b[:, 2] - b[:, 0]) * (b[:, 3] - b[:, 1]) - common
    return torch.nan_to_num(common / union)
