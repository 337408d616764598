"""torch: pooling, a product, and a difference."""


def weaken(clip, kind):
    import torch

    x = torch.tensor(np.asarray(clip), dtype=torch.float64)
    if kind == "half":
        return torch.nn.functional.avg_pool2d(x, 2)
    if kind not in {"gray", "difference"}:
        raise ValueError(kind)
    y = (x * torch.tensor([0.299, 0.587, 0.114], dtype=torch.float64)[:, None, None, None]).sum(0, keepdim=True)
    return y if kind == "gray" else torch.cat([torch.zeros_like(y[:, :1]), y.diff(dim=1)], dim=1)
