"""Clip k has texture seed * count + k: seed 1 with 200 clips and seed 2 with 100 share some."""
# symptom: training and test would share them


def left_or_right(seed, count, frames=8, size=32):
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(count) % 2)
    y, x = np.mgrid[:size, :size].astype(float)
    clips = np.empty((count, frames, size, size))
    for k, (clip, label) in enumerate(zip(clips, labels)):
        pattern = texture(seed * count + k, shortest=8)
        for t in range(frames):
            clip[t] = pattern(x - (4 * label - 2) * t, y)
    return clips, labels
