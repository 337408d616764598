"""Pixel by pixel, as the sum of hats."""


def warp(image, flow):
    height, width = image.shape
    out = np.full((height, width), np.nan)
    hat = lambda distance: np.maximum(1 - np.abs(distance), 0)
    for j in range(height):
        for i in range(width):
            x, y = i + flow[0, j, i], j + flow[1, j, i]
            if 0 <= x <= width - 1 and 0 <= y <= height - 1:
                out[j, i] = hat(y - np.arange(height)) @ image @ hat(x - np.arange(width))
    return out
