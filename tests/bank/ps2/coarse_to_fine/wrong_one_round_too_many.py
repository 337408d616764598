"""One round more than asked for on every level."""
# symptom: one round


def coarse_to_fine(I0, I1, levels, inner=1):
    from scipy.ndimage import convolve1d, shift

    def half(I):
        weights = np.array([1, 4, 6, 4, 1]) / 16
        return convolve1d(convolve1d(I, weights, axis=0), weights, axis=1)[::2, ::2]

    def refine(I0, I1, d):
        Iy, Ix = np.gradient(I0)
        warped = shift(I1, (-d[1], -d[0]), order=1, cval=np.nan)
        inside = np.isfinite(warped)
        A = np.stack([Ix[inside], Iy[inside]], axis=1)
        return d + np.linalg.lstsq(A, (I0 - warped)[inside], rcond=None)[0]

    pyramid = [(I0, I1)]
    for _ in range(levels - 1):
        pyramid.append(tuple(half(I) for I in pyramid[-1]))
    d, per_level = np.zeros(2), []
    for frames in pyramid[::-1]:
        d = 2 * d
        start = d
        for _ in range(inner + 1):
            d = refine(*frames, d)
        per_level.append([start, d])
    return d, np.array(per_level)
