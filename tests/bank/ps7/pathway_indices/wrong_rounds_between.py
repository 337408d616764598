"""Rounds down where the Fast pathway would read between frames."""
# symptom: cannot be read, so raise a ValueError


def pathway_indices(start, T, tau, alpha, frames):
    fast = [min(start + k * tau // alpha, frames - 1) for k in range(alpha * T)]
    return fast[::alpha], fast
