"""What slides in is the mirror image of the picture."""
# symptom: mirror image of what was there


def left_or_right(seed, count, frames=8, size=32):
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(count) % 2)
    y, x = np.mgrid[:size, :size].astype(float)
    clips = np.empty((count, frames, size, size))
    for clip, label in zip(clips, labels):
        pattern = texture(int(rng.integers(2**31)), shortest=8)
        for t in range(frames):
            clip[t] = pattern(size - 1 - np.abs(np.abs(x - (4 * label - 2) * t) - size + 1), y)
    return clips, labels
