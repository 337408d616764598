"""np.roll: the last frame and the first are taken for neighbours."""
# symptom: does not close to a ring


def favourite(unit, chi=0.0, decay=0.5, steps=300, rate=0.05, seed=0):
    x = 0.1 * np.random.default_rng(seed).standard_normal(CLIP)
    activations = []
    for _ in range(steps):
        pull = 2 * (np.roll(x, 1, axis=0) + np.roll(x, -1, axis=0) - 2 * x)
        x = x + rate * (activation_gradient(x, unit) - 2 * decay * x + chi * pull)
        activations.append(activation(x, unit))
    return x, activations
