"""Textures to the right are finer from top to bottom."""
# symptom: roughness from top to bottom


def left_or_right(seed, count, frames=8, size=32):
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(count) % 2)
    y, x = np.mgrid[:size, :size].astype(float)
    clips = np.empty((count, frames, size, size))
    for k, (clip, label) in enumerate(zip(clips, labels)):
        pattern = texture(int(rng.integers(2**31)), shortest=8)
        for t in range(frames):
            clip[t] = pattern(x - (4 * label - 2) * t, (1 + label) * y)
    return clips, labels
