"""Hands the flow to grid_sample in pixels, on top of a grid from -1 to 1."""
# symptom: each pixel should show


def warp(image, flow):
    import torch

    height, width = image.shape
    y, x = np.meshgrid(np.linspace(-1, 1, height), np.linspace(-1, 1, width), indexing="ij")
    grid = torch.tensor(np.stack([x + flow[0], y + flow[1]], axis=-1))[None]
    I = torch.tensor(image, dtype=torch.float64)[None, None]
    return torch.nn.functional.grid_sample(I, grid, mode="bilinear", align_corners=True)[0, 0].numpy()
