"""Black and white blobs: many small windows look alike."""


def left_or_right(seed, count, frames=8, size=32):
    from scipy.ndimage import gaussian_filter

    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(count) % 2)
    wide, clips = size + 2 * (frames - 1), []
    for label in labels:
        strip = (gaussian_filter(rng.standard_normal((size, wide)), 2.5) > 0).astype(float)
        starts = 2 * np.arange(frames)
        clips.append([strip[:, s : s + size] for s in (starts[::-1] if label else starts)])
    return np.array(clips), labels
