"""Features are scaled to length 1 first."""
# symptom: nothing else normalised


def cost_volume(f1, f2, d):
    C, H, W = f1.shape
    f1, f2 = (f / np.linalg.norm(f, axis=0, keepdims=True) for f in (f1, f2))
    padded = np.pad(np.asarray(f2, float), ((0, 0), (d, d), (d, d)))
    side = range(2 * d + 1)
    return np.stack([(f1 * padded[:, i : i + H, j : j + W]).mean(axis=0) for i in side for j in side])
