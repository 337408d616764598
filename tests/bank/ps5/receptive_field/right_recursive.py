"""A function that calls itself with one layer less, and torch for the axes."""


def receptive_field(layers):
    import torch

    if not layers:
        return torch.ones(3, dtype=torch.int64)
    kernel, stride, dilation = (torch.tensor(layers[0][key]) for key in ("kernel", "stride", "dilation"))
    return (receptive_field(layers[1:]) - 1) * stride + (kernel - 1) * dilation + 1
