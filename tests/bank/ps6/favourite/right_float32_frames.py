"""Single precision, frame by frame."""


def favourite(unit, chi=0.0, decay=0.5, steps=300, rate=0.05, seed=0):
    x = (0.1 * np.random.default_rng(seed).standard_normal(CLIP)).astype(np.float32)
    activations = []
    for _ in range(steps):
        slope = activation_gradient(x, unit)
        new = np.empty_like(x)
        for t in range(len(x)):
            neighbours = [x[s] for s in (t - 1, t + 1) if 0 <= s < len(x)]
            new[t] = x[t] + rate * (slope[t] - 2 * decay * x[t] + 2 * chi * sum(n - x[t] for n in neighbours))
        x = new
        activations.append(activation(x, unit))
    return x, activations
