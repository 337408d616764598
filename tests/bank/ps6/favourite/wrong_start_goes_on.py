"""Keeps the start of each seed and climbs in place: a second climb goes on where the first one stopped."""
# symptom: the same seed should give the same clip


STARTS = {}


def favourite(unit, chi=0.0, decay=0.5, steps=300, rate=0.05, seed=0):
    if seed not in STARTS:
        STARTS[seed] = 0.1 * np.random.default_rng(seed).standard_normal(CLIP)
    x = STARTS[seed]
    activations = []
    for _ in range(steps):
        step = np.diff(x, axis=0)
        pull = np.zeros(CLIP)
        pull[:-1] += 2 * step
        pull[1:] -= 2 * step
        x += rate * (activation_gradient(x, unit) - 2 * decay * x + chi * pull)
        activations.append(activation(x, unit))
    return x.copy(), activations
