"""Changes the clip in place, frame after frame: the frame before has moved already when it pulls."""
# symptom: all frames should move at once


def favourite(unit, chi=0.0, decay=0.5, steps=300, rate=0.05, seed=0):
    x = 0.1 * np.random.default_rng(seed).standard_normal(CLIP)
    activations = []
    for _ in range(steps):
        slope = activation_gradient(x, unit)
        for t in range(len(x)):
            pull = np.zeros(CLIP[1:])
            if t > 0:
                pull += x[t - 1] - x[t]
            if t < len(x) - 1:
                pull += x[t + 1] - x[t]
            x[t] += rate * (slope[t] - 2 * decay * x[t] + 2 * chi * pull)
        activations.append(activation(x, unit))
    return x, activations
