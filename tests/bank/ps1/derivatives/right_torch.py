"""Padded slices in torch, handed back as a list of arrays."""


def derivatives(I0, I1):
    import torch

    a, b = (torch.from_numpy(np.asarray(I, dtype=np.float64)) for I in (I0, I1))
    if I0.dtype == np.uint8:
        a, b = a / 255, b / 255

    def slope(I):
        middle = (I[:, 2:] - I[:, :-2]) / 2
        return torch.cat([I[:, 1:2] - I[:, :1], middle, I[:, -1:] - I[:, -2:-1]], dim=1)

    return [slope(b).numpy(), slope(b.T).T.numpy(), (b - a).numpy()]
