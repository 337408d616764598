"""Notes the activation less the price on change: part of J, where a is asked for."""
# symptom: without what the penalties cost


def favourite(unit, chi=0.0, decay=0.5, steps=300, rate=0.05, seed=0):
    x = 0.1 * np.random.default_rng(seed).standard_normal(CLIP)
    activations = []
    for _ in range(steps):
        step = np.diff(x, axis=0)
        pull = np.zeros(CLIP)
        pull[:-1] += 2 * step
        pull[1:] -= 2 * step
        x = x + rate * (activation_gradient(x, unit) - 2 * decay * x + chi * pull)
        activations.append(activation(x, unit) - chi * (np.diff(x, axis=0) ** 2).sum())
    return x, activations
