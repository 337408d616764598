"""Adds in place, so all rows of history are one and the same array."""
# symptom: before any round


def iterative_lk(I0, I1, n):
    from scipy.ndimage import shift

    Iy, Ix = np.gradient(I0)
    d = np.zeros(2)
    history = [d]
    for _ in range(n):
        u, v = d
        warped = shift(I1, (-v, -u), order=1, cval=np.nan)
        inside = np.isfinite(warped)
        A = np.stack([Ix[inside], Iy[inside]], axis=1)
        step = np.linalg.lstsq(A, (I0 - warped)[inside], rcond=None)[0]
        d += step
        history.append(d)
    return d, np.array(history)
