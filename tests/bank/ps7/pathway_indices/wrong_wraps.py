"""Starts the film again where it ends early."""
# symptom: the last frame fills the rest


def pathway_indices(start, T, tau, alpha, frames):
    if tau % alpha:
        raise ValueError("tau / alpha")
    fast = [(start + k * tau // alpha) % frames for k in range(alpha * T)]
    return fast[::alpha], fast
