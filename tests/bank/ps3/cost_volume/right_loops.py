"""A loop over displacements, slices of what overlaps."""


def cost_volume(f1, f2, d):
    C, H, W = f1.shape
    a, b = f1.astype(np.float64), f2.astype(np.float64)
    out = np.zeros(((2 * d + 1) ** 2, H, W))
    k = 0
    for dy in range(-d, d + 1):
        for dx in range(-d, d + 1):
            top, bottom, left, right = max(0, -dy), min(H, H - dy), max(0, -dx), min(W, W - dx)
            if top < bottom and left < right:
                product = a[:, top:bottom, left:right] * b[:, top + dy : bottom + dy, left + dx : right + dx]
                out[k, top:bottom, left:right] = product.sum(axis=0) / C
            k += 1
    return out
