"""What lies outside is filled with the first frame, so it says that nothing moves."""
# symptom: nothing is left to move


def iterative_lk(I0, I1, n):
    from scipy.ndimage import shift
    Iy, Ix = np.gradient(I0)
    A = np.stack([Ix.ravel(), Iy.ravel()], axis=1)
    history = [np.zeros(2)]
    for _ in range(n):
        u, v = history[-1]
        warped = shift(I1, (-v, -u), order=1, cval=np.nan)
        warped = np.where(np.isnan(warped), I0, warped)
        history.append(history[-1] + np.linalg.lstsq(A, (I0 - warped).ravel(), rcond=None)[0])
    return history[-1], np.array(history)
