"""Every round solves twice and is written down once."""
# symptom: one round


def iterative_lk(I0, I1, n):
    from scipy.ndimage import shift
    Iy, Ix = np.gradient(I0)
    history = [np.zeros(2)]
    for _ in range(n):
        d = history[-1]
        for _ in range(2):
            warped = shift(I1, (-d[1], -d[0]), order=1, cval=np.nan)
            m = np.isfinite(warped)
            d = d + np.linalg.lstsq(np.stack([Ix[m], Iy[m]], axis=1), (I0 - warped)[m], rcond=None)[0]
        history.append(d)
    return history[-1], np.array(history)
