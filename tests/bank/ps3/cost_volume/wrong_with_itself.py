"""Compares the first features with themselves."""
# symptom: compared with themselves


def cost_volume(f1, f2, d):
    C, H, W = f1.shape
    padded = np.pad(np.asarray(f1, float), ((0, 0), (d, d), (d, d)))
    side = range(2 * d + 1)
    return np.stack([(f1 * padded[:, i : i + H, j : j + W]).mean(axis=0) for i in side for j in side])
