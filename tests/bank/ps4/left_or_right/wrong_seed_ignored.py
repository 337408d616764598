"""Draws from numpy's global generator, without seeding it."""
# symptom: the same seed should give the same clips


def left_or_right(seed, count, frames=8, size=32):
    labels = np.random.permutation(np.arange(count) % 2)
    y, x = np.mgrid[:size, :size].astype(float)
    clips = np.empty((count, frames, size, size))
    for clip, label in zip(clips, labels):
        pattern = texture(int(np.random.randint(2**31)), shortest=8)
        for t in range(frames):
            clip[t] = pattern(x - (4 * label - 2) * t, y)
    return clips, labels
