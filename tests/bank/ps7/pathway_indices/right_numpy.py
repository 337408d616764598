"""numpy's arange and minimum; arrays come back."""


def pathway_indices(start, T, tau, alpha, frames):
    step, rest = divmod(tau, alpha)
    if rest:
        raise ValueError(f"alpha = {alpha} does not divide tau = {tau}")
    fast = np.minimum(start + step * np.arange(alpha * T), frames - 1)
    return fast[::alpha], fast
