"""Takes every alpha-th frame first and convolves those."""
# symptom: hears of


def lateral(fast, weight, alpha):
    slow, k = fast[:, ::alpha], weight.shape[2]
    padded = np.pad(slow, ((0, 0), (k // 2, k // 2), (0, 0), (0, 0)))
    return sum(np.einsum("dc,cthw->dthw", weight[:, :, j], padded[:, j : j + slow.shape[1]]) for j in range(k))
