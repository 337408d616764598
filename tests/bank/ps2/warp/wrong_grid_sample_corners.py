"""Positions are scaled by W - 1, but grid_sample takes them for positions by W (align_corners=False)."""
# symptom: W - 1 belongs


def warp(image, flow):
    import torch

    height, width = image.shape
    y, x = np.mgrid[:height, :width] + flow[::-1]
    grid = torch.tensor(np.stack([2 * x / (width - 1) - 1, 2 * y / (height - 1) - 1], axis=-1))[None]
    whole = np.all(flow == np.round(flow))
    out = torch.nn.functional.grid_sample(
        torch.tensor(image, dtype=torch.float64)[None, None], grid, mode="bilinear", align_corners=bool(whole)
    )[0, 0].numpy()
    inside = (x >= 0) & (x <= width - 1) & (y >= 0) & (y <= height - 1)
    return np.where(inside, out, np.nan)
