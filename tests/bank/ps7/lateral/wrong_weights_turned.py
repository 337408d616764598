"""Takes the weights' first axis for the input where both fit."""
# symptom: the sum over all input channels


def lateral(fast, weight, alpha):
    k, (D, C) = weight.shape[2], weight.shape[:2]
    turned = weight.reshape(C, D, k).swapaxes(0, 1)
    padded = np.pad(fast, ((0, 0), (k // 2, k // 2), (0, 0), (0, 0)))
    frames = fast.shape[1] // alpha
    return sum(np.einsum("dc,cthw->dthw", turned[:, :, j], padded[:, j : j + alpha * frames : alpha]) for j in range(k))
