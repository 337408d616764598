"""All in single precision."""


def window_error_curve(I0, I1, truth, sizes):
    from scipy.ndimage import uniform_filter
    I0, I1, truth = (np.asarray(I, np.float32) for I in (I0, I1, truth))
    Iy, Ix = np.gradient((I0 + I1) / 2)
    It = I1 - I0
    m = max(sizes) // 2
    inner = np.s_[m : I0.shape[0] - m, m : I0.shape[1] - m]
    errors = []
    for size in sizes:
        xx, xy, yy, xt, yt = (uniform_filter(P, size)[inner] for P in (Ix * Ix, Ix * Iy, Iy * Iy, Ix * It, Iy * It))
        det = xx * yy - xy * xy
        u, v = (xy * yt - yy * xt) / det, (xy * xt - xx * yt) / det
        errors.append(np.hypot(u - truth[0][inner], v - truth[1][inner]).mean())
    return np.array(errors), sizes[int(np.argmin(errors))]
