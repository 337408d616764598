"""Stops when the slope has become small: fewer activations than steps."""
# symptom: one after each step, should have shape (200,)


def favourite(unit, chi=0.0, decay=0.5, steps=300, rate=0.05, seed=0):
    x = 0.1 * np.random.default_rng(seed).standard_normal(CLIP)
    activations = []
    for _ in range(steps):
        step = np.diff(x, axis=0)
        pull = np.zeros(CLIP)
        pull[:-1] += 2 * step
        pull[1:] -= 2 * step
        slope = activation_gradient(x, unit) - 2 * decay * x + chi * pull
        if np.abs(slope).max() < 1e-5:
            break
        x = x + rate * slope
        activations.append(activation(x, unit))
    return x, activations
