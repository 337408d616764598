"""scipy reads, order 1."""


def warp(image, flow):
    from scipy.ndimage import map_coordinates

    y, x = np.indices(image.shape)
    x, y = x + flow[0], y + flow[1]
    out = map_coordinates(image.astype(np.float64), [y, x], order=1, mode="nearest")
    outside = (x < 0) | (y < 0) | (x > image.shape[1] - 1) | (y > image.shape[0] - 1)
    out[outside] = np.nan
    return out
