"""Looks only at the last Slow frame to see whether the film is long enough."""
# symptom: is not in the film


def pathway_indices(start, T, tau, alpha, frames):
    if tau % alpha:
        raise ValueError("tau / alpha")
    fast = [start + k * tau // alpha for k in range(alpha * T)]
    if fast[-alpha] >= frames:
        fast = [min(n, frames - 1) for n in fast]
    return fast[::alpha], fast
