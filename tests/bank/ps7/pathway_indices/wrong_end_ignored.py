"""Reads frames that the film does not have."""
# symptom: is not in the film


def pathway_indices(start, T, tau, alpha, frames):
    if tau % alpha:
        raise ValueError("tau / alpha")
    fast = [start + k * tau // alpha for k in range(alpha * T)]
    return fast[::alpha], fast
