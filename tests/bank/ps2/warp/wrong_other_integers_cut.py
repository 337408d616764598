"""Turns bytes into floats, and nothing else: of other whole numbers the result is rounded."""
# symptom: neither rounded


def warp(image, flow):
    from scipy.ndimage import map_coordinates
    if image.dtype == np.uint8:
        image = image.astype(float)
    H, W = image.shape
    y, x = np.mgrid[:H, :W] + flow[::-1]
    out = map_coordinates(image, [y, x], order=1, output=image.dtype, mode="nearest")
    return np.where((x >= 0) & (x <= W - 1) & (y >= 0) & (y <= H - 1), out, np.nan)
