"""Reads the k frames up to the slow one, as a causal network would."""
# symptom: hears of


def lateral(fast, weight, alpha):
    fast, weight = np.asarray(fast, float), np.asarray(weight, float)
    k = weight.shape[2]
    padded = np.pad(fast, ((0, 0), (k - 1, 0), (0, 0), (0, 0)))
    frames = fast.shape[1] // alpha
    return sum(np.einsum("dc,cthw->dthw", weight[:, :, j], padded[:, j : j + alpha * frames : alpha]) for j in range(k))
