"""A strided convolution in torch."""


def gaussian_pyramid(image, levels):
    import torch

    w = torch.tensor([1.0, 4, 6, 4, 1], dtype=torch.float64) / 16
    kernel = torch.outer(w, w)[None, None]
    result = [torch.as_tensor(np.array(image), dtype=torch.float64)]
    for _ in range(1, levels):
        padded = torch.nn.functional.pad(result[-1][None, None], (2, 2, 2, 2), mode="reflect")
        result.append(torch.nn.functional.conv2d(padded, kernel, stride=2)[0, 0])
    return result
