"""Divides by the share of frames that are there."""
# symptom: zeros count


def lateral(fast, weight, alpha):
    fast, weight = np.asarray(fast, float), np.asarray(weight, float)
    k = weight.shape[2]
    padded = np.pad(fast, ((0, 0), (k // 2, k // 2), (0, 0), (0, 0)))
    frames = fast.shape[1] // alpha
    there = np.convolve(np.ones(fast.shape[1]), np.ones(k), mode='full')[k // 2 :][: fast.shape[1]][::alpha]
    return (k / there)[:, None, None] * sum(np.einsum("dc,cthw->dthw", weight[:, :, j], padded[:, j : j + alpha * frames : alpha]) for j in range(k))
