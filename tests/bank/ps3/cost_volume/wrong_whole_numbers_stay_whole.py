"""Bytes become floats; of other integers the result is whole."""
# symptom: no whole number


def cost_volume(f1, f2, d):
    if f1.dtype == np.uint8:
        f1, f2 = f1.astype(float), f2.astype(float)
    C, H, W = f1.shape
    out = np.zeros(((2 * d + 1) ** 2, H, W), f1.dtype)
    padded = np.pad(f2, ((0, 0), (d, d), (d, d)))
    k = 0
    for i in range(2 * d + 1):
        for j in range(2 * d + 1):
            out[k] = (f1 * padded[:, i : i + H, j : j + W]).mean(axis=0)
            k += 1
    return out
