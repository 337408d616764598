"""Turns the kernel round in time, as the mathematicians' convolution does."""
# symptom: the earliest fast frame counts with the kernel's first number


def lateral(fast, weight, alpha):
    fast, weight = np.asarray(fast, float), np.asarray(weight, float)
    k = weight.shape[2]
    padded = np.pad(fast, ((0, 0), (k // 2, k // 2), (0, 0), (0, 0)))
    frames = fast.shape[1] // alpha
    return sum(np.einsum("dc,cthw->dthw", weight[:, :, k - 1 - j], padded[:, j : j + alpha * frames : alpha]) for j in range(k))
