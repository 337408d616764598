"""Has a function of its own called activation, with other arguments: the tests have theirs."""


def activation(drive):
    return np.logaddexp(0, drive)


def favourite(unit, chi=0.0, decay=0.5, steps=300, rate=0.05, seed=0):
    x = 0.1 * np.random.default_rng(seed).standard_normal(CLIP)
    seen = []
    for _ in range(steps):
        padded = np.pad(x, ((1, 1), (0, 0), (0, 0)), mode="edge")
        slope = activation_gradient(x, unit) - 2 * decay * x + 2 * chi * (padded[2:] + padded[:-2] - 2 * x)
        x = x + rate * slope
        seen.append(WEIGHTS[unit] @ activation(np.tensordot(FILTERS, x, 3)))
    return x, seen
