"""First the clips of one label, then those of the other, from a random place on."""
# symptom: do they come in blocks


def left_or_right(seed, count, frames=8, size=32):
    rng = np.random.default_rng(seed)
    labels = np.roll(np.repeat([0, 1], count // 2), rng.integers(count))
    y, x = np.mgrid[:size, :size].astype(float)
    clips = np.empty((count, frames, size, size))
    for k, (clip, label) in enumerate(zip(clips, labels)):
        pattern = texture(int(rng.integers(2**31)), shortest=8)
        for t in range(frames):
            clip[t] = pattern(x - (4 * label - 2) * t, y)
    return clips, labels
