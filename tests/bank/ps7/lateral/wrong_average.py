"""Averages the fast frames of a slow one before it convolves with a kernel of several frames."""
# symptom: hears of


def lateral(fast, weight, alpha):
    C, frames, H, W = fast.shape
    k = weight.shape[2]
    if k == 1:
        means = fast[:, ::alpha]
    else:
        means = fast.reshape(C, frames // alpha, alpha, H, W).mean(axis=2)
    padded = np.pad(means, ((0, 0), (k // 2, k // 2), (0, 0), (0, 0)))
    return sum(np.einsum("dc,cthw->dthw", weight[:, :, j], padded[:, j : j + frames // alpha]) for j in range(k))
