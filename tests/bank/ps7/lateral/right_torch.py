"""torch's own convolution with stride and padding."""


def lateral(fast, weight, alpha):
    import torch

    k = weight.shape[2]
    x, w = torch.tensor(fast, dtype=torch.float64)[None], torch.tensor(weight, dtype=torch.float64)[..., None, None]
    return torch.nn.functional.conv3d(x, w, stride=(alpha, 1, 1), padding=(k // 2, 0, 0))[0]
