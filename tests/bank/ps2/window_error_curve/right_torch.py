"""Box sums by torch's average pooling."""


def window_error_curve(I0, I1, truth, sizes):
    import torch

    gy, gx = np.gradient((I0 + I1) / 2)
    gt = I1 - I0
    products = torch.from_numpy(np.stack([gx * gx, gx * gy, gy * gy, gx * gt, gy * gt]))
    m = max(sizes) // 2
    true = torch.as_tensor(np.array(truth))[:, m : I0.shape[0] - m, m : I0.shape[1] - m]
    errors = []
    for n in sizes:
        k = m - n // 2
        a, b, c, p, q = torch.nn.functional.avg_pool2d(products, n, stride=1)[:, k : k + true.shape[1], k : k + true.shape[2]]
        d = torch.stack([b * q - c * p, b * p - a * q]) / (a * c - b * b)
        errors.append(torch.linalg.vector_norm(d - true, dim=0).mean())
    errors = torch.stack(errors)
    return errors, sizes[int(errors.argmin())]
