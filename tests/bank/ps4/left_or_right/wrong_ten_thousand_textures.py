"""There are ten thousand textures, and of a thousand draws some agree."""
# symptom: the same texture


def left_or_right(seed, count, frames=8, size=32):
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(count) % 2)
    y, x = np.mgrid[:size, :size].astype(float)
    clips = np.empty((count, frames, size, size))
    for k, (clip, label) in enumerate(zip(clips, labels)):
        pattern = texture(int(rng.integers(10**4)), shortest=8)
        for t in range(frames):
            clip[t] = pattern(x - (4 * label - 2) * t, y)
    return clips, labels
