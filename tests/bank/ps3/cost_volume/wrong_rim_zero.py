"""Zero wherever any displacement would leave the frame."""
# symptom: near the rim


def cost_volume(f1, f2, d):
    C, H, W = f1.shape
    out = np.zeros(((2 * d + 1) ** 2, H, W))
    for y in range(d, H - d):
        for x in range(d, W - d):
            patch = f2[:, y - d : y + d + 1, x - d : x + d + 1].astype(float)
            out[:, y, x] = (f1[:, y, x, None, None] * patch).mean(axis=0).ravel()
    return out if min(H, W) > 2 * d else cost_volume_small(f1, f2, d)


def cost_volume_small(f1, f2, d):
    padded = np.pad(f2.astype(float), ((0, 0), (d, d), (d, d)))
    H, W = f1.shape[1:]
    return np.stack([(f1 * padded[:, i : i + H, j : j + W]).mean(axis=0) for i in range(2 * d + 1) for j in range(2 * d + 1)])
