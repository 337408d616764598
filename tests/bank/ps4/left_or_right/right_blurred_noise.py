"""No waves: blurred noise, single precision."""


def left_or_right(seed, count, frames=8, size=32):
    from scipy.ndimage import gaussian_filter

    rng = np.random.default_rng([seed, 3])
    labels = np.zeros(count, int)
    labels[rng.choice(count, count // 2, replace=False)] = 1
    noise = rng.standard_normal((count, size, size + 2 * frames))
    wide = 0.5 + 0.5 * np.tanh(gaussian_filter(noise, (0, 1.5, 1.5)) * 4)
    start = np.where(labels, 2 * frames, 0)[:, None] + np.arange(frames) * np.where(labels, -2, 2)[:, None]
    columns = start[..., None] + np.arange(size)
    return np.stack([np.moveaxis(w[:, c], 1, 0) for w, c in zip(wide, columns)]).astype(np.float32), labels
