"""Leaves out a margin of three pixels, however large the motion, and repeats the border beyond."""
# symptom: was counted


def iterative_lk(I0, I1, n):
    from scipy.ndimage import shift

    Iy, Ix = np.gradient(I0)
    history = [np.zeros(2)]
    for _ in range(n):
        u, v = history[-1]
        warped = shift(I1, (-v, -u), order=1, mode="nearest")
        inside = np.zeros(I0.shape, bool)
        inside[3:-3, 3:-3] = True
        A = np.stack([Ix[inside], Iy[inside]], axis=1)
        step = np.linalg.lstsq(A, (I0 - warped)[inside], rcond=None)[0]
        history.append(history[-1] + step)
    return history[-1], np.array(history)
