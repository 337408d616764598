"""Takes the penalties' slope where the step ends, not where it begins: the same top, other steps."""
# symptom: all frames should move at once


def favourite(unit, chi=0.0, decay=0.5, steps=300, rate=0.05, seed=0):
    x = 0.1 * np.random.default_rng(seed).standard_normal(CLIP)
    D = np.diff(np.eye(len(x)), axis=0)
    A = np.linalg.inv((1 + 2 * rate * decay) * np.eye(len(x)) + 2 * rate * chi * D.T @ D)
    activations = []
    for _ in range(steps):
        x = np.tensordot(A, x + rate * activation_gradient(x, unit), 1)
        activations.append(activation(x, unit))
    return x, activations
