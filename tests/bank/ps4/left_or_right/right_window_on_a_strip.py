"""A wide strip is drawn once, and a window slides over it."""


def left_or_right(seed, count, frames=8, size=32):
    rng = np.random.default_rng(seed)
    labels = [0] * (count // 2) + [1] * (count // 2)
    rng.shuffle(labels)
    reach = 2 * (frames - 1)
    x, y = np.meshgrid(np.arange(size + reach), np.arange(size))
    clips = []
    for label in labels:
        strip = texture(rng.integers(10**9), shortest=7.0)(x, y)
        starts = [2 * t for t in range(frames)]
        if label == 1:
            starts = starts[::-1]
        clips.append([strip[:, s : s + size] for s in starts])
    return np.array(clips), np.array(labels)
