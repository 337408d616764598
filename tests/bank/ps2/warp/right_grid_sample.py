"""torch's grid_sample with corners aligned."""


def warp(image, flow):
    import torch

    height, width = image.shape
    x = torch.arange(width) + torch.tensor(np.array(flow[0]))
    y = torch.arange(height)[:, None] + torch.tensor(np.array(flow[1]))
    grid = torch.stack([2 * x / (width - 1) - 1, 2 * y / (height - 1) - 1], dim=-1)[None].double()
    I = torch.from_numpy(np.array(image, dtype=np.float64))[None, None]
    out = torch.nn.functional.grid_sample(I, grid, padding_mode="border", align_corners=True)[0, 0]
    inside = (x >= 0) & (x <= width - 1) & (y >= 0) & (y <= height - 1)
    return torch.where(inside, out, torch.nan)
