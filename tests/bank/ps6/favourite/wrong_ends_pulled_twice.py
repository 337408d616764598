"""Mirrored frames beyond the ends: the first and the last frame are pulled twice to their one neighbour."""
# symptom: each to its one neighbour


def favourite(unit, chi=0.0, decay=0.5, steps=300, rate=0.05, seed=0):
    x = 0.1 * np.random.default_rng(seed).standard_normal(CLIP)
    activations = []
    for _ in range(steps):
        around = np.concatenate([x[1:2], x, x[-2:-1]])
        pull = 2 * (around[2:] + around[:-2] - 2 * x)
        x = x + rate * (activation_gradient(x, unit) - 2 * decay * x + chi * pull)
        activations.append(activation(x, unit))
    return x, activations
