"""Beyond the frame the border pixels are repeated, and counted."""
# symptom: are pixels left out whose target lies outside the frame


def iterative_lk(I0, I1, n):
    from scipy.ndimage import shift

    Iy, Ix = np.gradient(I0)
    history = [np.zeros(2)]
    for _ in range(n):
        u, v = history[-1]
        warped = shift(I1, (-v, -u), order=1, mode="nearest")
        inside = np.isfinite(warped)
        A = np.stack([Ix[inside], Iy[inside]], axis=1)
        step = np.linalg.lstsq(A, (I0 - warped)[inside], rcond=None)[0]
        history.append(history[-1] + step)
    return history[-1], np.array(history)
