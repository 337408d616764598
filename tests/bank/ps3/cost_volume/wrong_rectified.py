"""Negative costs are cut off, as some networks do after this layer."""
# symptom: nothing cut off


def cost_volume(f1, f2, d):
    C, H, W = f1.shape
    padded = np.pad(np.asarray(f2, float), ((0, 0), (d, d), (d, d)))
    side = range(2 * d + 1)
    return np.stack([np.maximum(0, (f1 * padded[:, i : i + H, j : j + W]).mean(axis=0)) for i in side for j in side])
