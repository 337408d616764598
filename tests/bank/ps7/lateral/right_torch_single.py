"""torch's own convolution in single precision."""


def lateral(fast, weight, alpha):
    import torch

    k = weight.shape[2]
    x, w = torch.as_tensor(np.asarray(fast)).float()[None], torch.as_tensor(np.asarray(weight)).float()[..., None, None]
    return torch.nn.functional.conv3d(x, w, stride=(alpha, 1, 1), padding=(k // 2, 0, 0))[0]
