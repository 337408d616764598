"""Phase correlation, spectra and robust fits."""


def diagnose(I0, I1):
    from scipy.ndimage import convolve1d, shift

    rough = lambda I: convolve1d(convolve1d(I, [1, -2, 1], axis=0), [1, -2, 1], axis=1)[2:-2, 2:-2].std() / I.std()
    if rough(I0) > 1.5:
        return "noise"
    for p in range(5, 10):
        cut = I0[: I0.shape[0] - p, : I0.shape[1] - p]
        off = [np.abs(I0[p:, : I0.shape[1] - p] - cut).max(), np.abs(I0[: I0.shape[0] - p, p:] - cut).max()]
        if max(off) < 1e-6:
            return "periodic"
    if not 0.9 < I1.std() / I0.std() < 1.1:
        return "brightness"
    h, w = I0.shape
    inner = I0[8:-8, 8:-8]
    cost = {(u, v): np.square(inner - I1[8 + v : h - 8 + v, 8 + u : w - 8 + u]).sum() for u in range(-7, 8) for v in range(-7, 8)}
    u, v = min(cost, key=cost.get)
    return "large" if u * u + v * v > 5 else "two motions"
