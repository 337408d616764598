"""One texture, drawn before the loop."""
# symptom: show the same texture as another one


def left_or_right(seed, count, frames=8, size=32):
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(count) % 2)
    y, x = np.mgrid[:size, :size].astype(float)
    pattern = texture(seed, shortest=8)
    clips = np.empty((count, frames, size, size))
    for clip, label in zip(clips, labels):
        for t in range(frames):
            clip[t] = pattern(x - (4 * label - 2) * t, y)
    return clips, labels
