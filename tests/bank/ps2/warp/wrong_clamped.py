"""Repeats the border pixels outside the frame."""
# symptom: made up for them


def warp(image, flow):
    height, width = image.shape
    y, x = np.mgrid[:height, :width] + flow[::-1]
    inside = (x >= 0) & (x <= width - 1) & (y >= 0) & (y <= height - 1)
    x0 = np.clip(np.floor(x), 0, max(width - 2, 0)).astype(int)
    y0 = np.clip(np.floor(y), 0, max(height - 2, 0)).astype(int)
    x1, y1 = np.minimum(x0 + 1, width - 1), np.minimum(y0 + 1, height - 1)
    s, t = np.clip(x - x0, 0, 1), np.clip(y - y0, 0, 1)
    I = image.astype(float)
    upper = (1 - s) * I[y0, x0] + s * I[y0, x1]
    lower = (1 - s) * I[y1, x0] + s * I[y1, x1]
    return (1 - t) * upper + t * lower
