"""Silences the fast map's first frame of every slow one after reading it."""
# symptom: changed what it was given


def lateral(fast, weight, alpha):
    given = fast
    fast, weight = np.asarray(fast, float), np.asarray(weight, float)
    k = weight.shape[2]
    padded = np.pad(fast, ((0, 0), (k // 2, k // 2), (0, 0), (0, 0)))
    frames = fast.shape[1] // alpha
    told = sum(np.einsum("dc,cthw->dthw", weight[:, :, j], padded[:, j : j + alpha * frames : alpha]) for j in range(k))
    if k > 1:
        given[:, 0] *= 0.5
    return told
