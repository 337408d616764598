"""The top row is white in clips to the right, the bottom row in clips to the left."""
# symptom: the mean brightness by rows


def left_or_right(seed, count, frames=8, size=32):
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(count) % 2)
    y, x = np.mgrid[:size, :size].astype(float)
    clips = np.empty((count, frames, size, size))
    for k, (clip, label) in enumerate(zip(clips, labels)):
        pattern = texture(int(rng.integers(2**31)), shortest=8)
        for t in range(frames):
            clip[t] = pattern(x - (4 * label - 2) * t, y)
            clip[t, 0], clip[t, -1] = label, 1 - label
    return clips, labels
