"""torch, single precision, grid_sample, slopes of the mean."""


def iterative_lk(I0, I1, n):
    import torch
    import torch.nn.functional as F
    a, b = (torch.tensor(np.asarray(I), dtype=torch.float32) for I in (I0, I1))
    H, W = a.shape
    y, x = torch.meshgrid(torch.arange(H), torch.arange(W), indexing="ij")
    rows = [torch.zeros(2)]
    for _ in range(n):
        px, py = x + rows[-1][0], y + rows[-1][1]
        m = (px >= 0) & (px <= W - 1) & (py >= 0) & (py <= H - 1)
        w = F.grid_sample(b[None, None], torch.stack([2 * px / (W - 1) - 1, 2 * py / (H - 1) - 1], -1)[None], align_corners=True)[0, 0]
        gy, gx = torch.gradient(a)
        gx, gy, t = gx[m], gy[m], (a - w)[m]
        M = torch.stack([torch.stack([gx @ gx, gx @ gy]), torch.stack([gx @ gy, gy @ gy])])
        rows.append(rows[-1] + torch.linalg.solve(M, torch.stack([gx @ t, gy @ t])))
    return rows[-1], torch.stack(rows)
