"""Single precision in numpy."""


def warp(image, flow):
    image, flow = image.astype(np.float32), flow.astype(np.float32)
    H, W = image.shape
    x, y = np.arange(W, dtype=np.float32) + flow[0], np.arange(H, dtype=np.float32)[:, None] + flow[1]
    inside = (x >= 0) & (x <= W - 1) & (y >= 0) & (y <= H - 1)
    a, b = np.clip(x.astype(int), 0, W - 2), np.clip(y.astype(int), 0, H - 2)
    s, t = x - a.astype(np.float32), y - b.astype(np.float32)
    up = image[b, a] + s * (image[b, a + 1] - image[b, a])
    low = image[b + 1, a] + s * (image[b + 1, a + 1] - image[b + 1, a])
    return np.where(inside, up + t * (low - up), np.float32(np.nan))
