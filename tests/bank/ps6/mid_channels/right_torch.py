"""Counts the weights of torch's convolutions, and divides tensors."""


def mid_channels(cin, cout, t=3, k=3):
    import torch

    def weights(*shape):
        return torch.empty(shape, device="meta").numel()

    pair = weights(1, cin, 1, k, k) + weights(cout, 1, t, 1, 1)
    return torch.div(torch.tensor(weights(cout, cin, t, k, k)), pair, rounding_mode="floor")
