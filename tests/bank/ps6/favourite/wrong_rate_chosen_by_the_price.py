"""Takes steps of its own size where there is a price on change, whatever the rate asked for."""
# symptom: its first step is not rate times the gradient


def favourite(unit, chi=0.0, decay=0.5, steps=300, rate=0.05, seed=0):
    if chi > 0:
        rate = 0.07
    x = 0.1 * np.random.default_rng(seed).standard_normal(CLIP)
    activations = []
    for _ in range(steps):
        step = np.diff(x, axis=0)
        pull = np.zeros(CLIP)
        pull[:-1] += 2 * step
        pull[1:] -= 2 * step
        x = x + rate * (activation_gradient(x, unit) - 2 * decay * x + chi * pull)
        activations.append(activation(x, unit))
    return x, activations
