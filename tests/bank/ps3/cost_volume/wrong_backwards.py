"""Takes the second feature at x - d."""
# symptom: the displacement is backwards


def cost_volume(f1, f2, d):
    C, H, W = f1.shape
    padded = np.pad(np.asarray(f2, float), ((0, 0), (d, d), (d, d)))
    side = range(2 * d + 1)
    return np.stack([(f1 * padded[:, 2 * d - i : 2 * d - i + H, 2 * d - j : 2 * d - j + W]).mean(axis=0) for i in side for j in side])
