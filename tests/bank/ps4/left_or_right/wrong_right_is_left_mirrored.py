"""Clips to the right are those to the left, mirrored."""
# symptom: show the same texture as another one


def left_or_right(seed, count, frames=8, size=32):
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:size, :size].astype(float)
    patterns = [texture(int(s), shortest=8) for s in rng.integers(2**31, size=count // 2)]
    left = np.array([[pattern(x + 2 * t, y) for t in range(frames)] for pattern in patterns])
    clips, labels = np.concatenate([left, left[..., ::-1]]), np.repeat([0, 1], count // 2)
    order = rng.permutation(count)
    return clips[order], labels[order]
