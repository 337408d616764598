"""Gives each output channel one input channel, as a depthwise convolution."""
# symptom: the sum over all input channels


def lateral(fast, weight, alpha):
    fast, weight = np.asarray(fast, float), np.asarray(weight, float)
    k = weight.shape[2]
    if k == 1:
        return np.einsum('dc,cthw->dthw', weight[:, :, 0], fast[:, ::alpha])
    padded = np.pad(fast, ((0, 0), (k // 2, k // 2), (0, 0), (0, 0)))
    frames = fast.shape[1] // alpha
    return sum(weight[:, 0, j][:, None, None, None] * padded[np.arange(len(weight)) % len(fast), j : j + alpha * frames : alpha] for j in range(k))
