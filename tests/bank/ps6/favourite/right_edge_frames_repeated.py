"""Repeats the outer frames: a twin pulls nothing. scipy's second difference does it."""


def favourite(unit, chi=0.0, decay=0.5, steps=300, rate=0.05, seed=0):
    from scipy.ndimage import convolve1d

    clips = [0.1 * np.random.default_rng(seed).standard_normal(CLIP)]
    for _ in range(steps):
        x = clips[-1]
        curvature = convolve1d(x, [1.0, -2.0, 1.0], axis=0, mode="nearest")
        clips.append((1 - 2 * rate * decay) * x + rate * activation_gradient(x, unit) + 2 * rate * chi * curvature)
    return clips[-1], [activation(x, unit) for x in clips[1:]]
