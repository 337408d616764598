"""Two sums over nothing."""


def q_sample(x0, t, eps, alpha_bar):
    a = np.take(alpha_bar, t)
    return np.einsum("b,b...->b...", a**0.5, x0) + np.einsum("b,b...->b...", (1 - a) ** 0.5, eps)
