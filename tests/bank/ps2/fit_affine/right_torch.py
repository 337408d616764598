"""torch's least squares, in float64."""


def fit_affine(Ix, Iy, It, X, Y):
    import torch

    gx, gy, gt, x, y = (torch.as_tensor(np.ascontiguousarray(D)).double().flatten() for D in (Ix, Iy, It, X, Y))
    mx, my = x.mean(), y.mean()
    A = torch.stack([gx, (x - mx) * gx, (y - my) * gx, gy, (x - mx) * gy, (y - my) * gy], dim=1)
    a = torch.linalg.lstsq(A, -gt[:, None]).solution[:, 0]
    a[0] = a[0] - a[1] * mx - a[2] * my
    a[3] = a[3] - a[4] * mx - a[5] * my
    return a
