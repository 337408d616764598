"""Both penalties as one matrix over time."""


def favourite(unit, chi=0.0, decay=0.5, steps=300, rate=0.05, seed=0):
    T = CLIP[0]
    D = np.diff(np.eye(T), axis=0)
    A = 2 * decay * np.eye(T) + 2 * chi * D.T @ D
    x = np.random.default_rng(seed).normal(0, 0.1, CLIP)
    seen = np.empty(steps)
    for n in range(steps):
        x = x + rate * (activation_gradient(x, unit) - np.einsum("st,tyx->syx", A, x))
        seen[n] = activation(x, unit)
    return [x, seen]
