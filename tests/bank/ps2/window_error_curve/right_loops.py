"""Pixel by pixel, with numpy's least squares."""


def window_error_curve(I0, I1, truth, sizes):
    height, width = I0.shape
    gy, gx = np.gradient(0.5 * (I0 + I1))
    gt = I1 - I0
    edge = max(sizes) // 2
    means = []
    for size in sizes:
        r, lengths = size // 2, []
        for y in range(edge, height - edge):
            for x in range(edge, width - edge):
                cut = slice(y - r, y + r + 1), slice(x - r, x + r + 1)
                p, q, s = gx[cut], gy[cut], gt[cut]
                M = np.array([[(p * p).sum(), (p * q).sum()], [(p * q).sum(), (q * q).sum()]])
                d = np.linalg.solve(M, [-(p * s).sum(), -(q * s).sum()])
                lengths.append(np.linalg.norm(d - truth[:, y, x]))
        means.append(sum(lengths) / len(lengths))
    return means, min(zip(means, sizes))[1]
