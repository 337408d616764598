"""history holds each round's step."""
# symptom: not a step


def iterative_lk(I0, I1, n):
    from scipy.ndimage import shift

    Iy, Ix = np.gradient(I0)
    history, d = [np.zeros(2)], np.zeros(2)
    for _ in range(n):
        u, v = d
        warped = shift(I1, (-v, -u), order=1, cval=np.nan)
        inside = np.isfinite(warped)
        A = np.stack([Ix[inside], Iy[inside]], axis=1)
        step = np.linalg.lstsq(A, (I0 - warped)[inside], rcond=None)[0]
        d = d + step
        history.append(step)
    return d, np.array(history)
