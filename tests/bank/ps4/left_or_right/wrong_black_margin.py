"""What slides in is black."""
# symptom: looks unlike the middle


def left_or_right(seed, count, frames=8, size=32):
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(count) % 2)
    y, x = np.mgrid[:size, :size].astype(float)
    clips = np.empty((count, frames, size, size))
    for clip, label in zip(clips, labels):
        pattern = texture(int(rng.integers(2**31)), shortest=8)
        for t in range(frames):
            u = x - (4 * label - 2) * t
            clip[t] = np.where((u >= 0) & (u < size), pattern(u, y), 0)
    return clips, labels
