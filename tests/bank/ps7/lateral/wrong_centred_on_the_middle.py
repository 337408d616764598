"""Centres the kernel on the middle of the alpha frames where there are four or more."""
# symptom: hears of


def lateral(fast, weight, alpha):
    fast, weight = np.asarray(fast, float), np.asarray(weight, float)
    k = weight.shape[2]
    late = alpha // 2 if alpha > 3 and k > 1 else 0
    padded = np.pad(fast, ((0, 0), (k // 2, k // 2), (0, 0), (0, 0)))
    frames = fast.shape[1] // alpha
    return sum(np.einsum("dc,cthw->dthw", weight[:, :, j], np.pad(padded, ((0, 0), (0, alpha), (0, 0), (0, 0)))[:, j + late : j + late + alpha * frames : alpha]) for j in range(k))
