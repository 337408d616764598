"""The k-th clip to the left and the k-th to the right have one texture."""
# symptom: the same texture


def left_or_right(seed, count, frames=8, size=32):
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(count) % 2)
    y, x = np.mgrid[:size, :size].astype(float)
    clips = np.empty((count, frames, size, size))
    seeds, seen = rng.integers(2**31, size=count // 2), [0, 0]
    for k, (clip, label) in enumerate(zip(clips, labels)):
        pattern = texture(int(seeds[seen[label]]), shortest=8)
        seen[label] += 1
        for t in range(frames):
            clip[t] = pattern(x - (4 * label - 2) * t, y)
    return clips, labels
