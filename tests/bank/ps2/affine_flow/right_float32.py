"""Single precision, as torch has it by default."""


def affine_flow(a, X, Y):
    import torch
    a = torch.tensor([float(x) for x in a])
    x, y = (torch.tensor(np.asarray(Z), dtype=torch.float32) for Z in (X, Y))
    return torch.stack([a[0] + a[1] * x + a[2] * y, a[3] + a[4] * x + a[5] * y])
