"""Sobel filters as they stand are eight times too large, so each round goes an eighth of the way."""
# symptom: about right


def iterative_lk(I0, I1, n):
    from scipy.ndimage import shift, sobel

    Iy, Ix = sobel(I0, axis=0), sobel(I0, axis=1)
    history = [np.zeros(2)]
    for _ in range(n):
        u, v = history[-1]
        warped = shift(I1, (-v, -u), order=1, cval=np.nan)
        inside = np.isfinite(warped)
        A = np.stack([Ix[inside], Iy[inside]], axis=1)
        step = np.linalg.lstsq(A, (I0 - warped)[inside], rcond=None)[0]
        history.append(history[-1] + step)
    return history[-1], np.array(history)
