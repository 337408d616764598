"""Bytes become floats; short integers overflow."""
# symptom: too large for short integers


def cost_volume(f1, f2, d):
    if f1.dtype == np.uint8:
        f1, f2 = f1.astype(float), f2.astype(float)
    C, H, W = f1.shape
    padded = np.pad(f2, ((0, 0), (d, d), (d, d)))
    side = range(2 * d + 1)
    return np.stack([(f1 * padded[:, i : i + H, j : j + W]).mean(axis=0) for i in side for j in side])
