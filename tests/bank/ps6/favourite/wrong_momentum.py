"""Half of each step goes into the next one, where a decay keeps it from running away."""
# symptom: nothing of earlier steps


def favourite(unit, chi=0.0, decay=0.5, steps=300, rate=0.05, seed=0):
    x = 0.1 * np.random.default_rng(seed).standard_normal(CLIP)
    velocity = np.zeros(CLIP)
    activations = []
    for _ in range(steps):
        step = np.diff(x, axis=0)
        pull = np.zeros(CLIP)
        pull[:-1] += 2 * step
        pull[1:] -= 2 * step
        slope = activation_gradient(x, unit) - 2 * decay * x + chi * pull
        velocity = slope + (0.5 * velocity if decay > 0 else 0)
        x = x + rate * velocity
        activations.append(activation(x, unit))
    return x, activations
