"""The five sums and Cramer's rule, as a plain tuple."""


def intersect(Ix, Iy, It):
    a, b, c = (Ix * Ix).sum(), (Ix * Iy).sum(), (Iy * Iy).sum()
    p, q = -(Ix * It).sum(), -(Iy * It).sum()
    half, radius = (a + c) / 2, np.hypot((a - c) / 2, b)
    if (half - radius) * 1e6 <= half + radius:
        return None
    det = a * c - b * b
    return (c * p - b * q) / det, (a * q - b * p) / det
