"""Long waves, rounded to 256 steps: little is to be seen in a small window."""


def left_or_right(seed, count, frames=8, size=32):
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(count) % 2)
    y, x = np.mgrid[:size, :size].astype(float)
    clips = np.empty((count, frames, size, size))
    for k, (clip, label) in enumerate(zip(clips, labels)):
        pattern = texture(int(rng.integers(2**31)), shortest=20, longest=60)
        for t in range(frames):
            clip[t] = np.round(255 * pattern(x - (4 * label - 2) * t, y)) / 255
    return clips, labels
