"""All clips are cut from one texture, at random places that overlap."""
# symptom: show the same texture as another one


def left_or_right(seed, count, frames=8, size=32):
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(count) % 2)
    y, x = np.mgrid[:size, :size].astype(float)
    clips = np.empty((count, frames, size, size))
    pattern = texture(0, shortest=8)
    for k, (clip, label) in enumerate(zip(clips, labels)):
        left, top = rng.integers(0, 200, 2)
        for t in range(frames):
            clip[t] = pattern(x + left - (4 * label - 2) * t, y + top)
    return clips, labels
