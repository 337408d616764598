"""The coarser levels are a call of itself."""


def coarse_to_fine(I0, I1, levels, inner=1):
    from scipy.ndimage import convolve, shift

    if levels == 1:
        start, above = np.zeros(2), np.zeros((0, 2, 2))
    else:
        w = np.outer([1, 4, 6, 4, 1], [1, 4, 6, 4, 1]) / 256
        coarse = [convolve(I, w, mode="nearest")[::2, ::2] for I in (I0, I1)]
        d, above = coarse_to_fine(*coarse, levels - 1, inner)
        start = 2 * d
    d = start
    gy, gx = np.gradient(I0)
    for _ in range(inner):
        left = I0 - shift(I1, -d[::-1], order=1, cval=np.nan)
        ok = ~np.isnan(left)
        d = d + np.linalg.pinv(np.column_stack([gx[ok], gy[ok]])) @ left[ok]
    return d, np.concatenate([above, [[start, d]]])
