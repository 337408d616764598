"""Refuses to read every frame, tau = alpha."""
# symptom: go well together


def pathway_indices(start, T, tau, alpha, frames):
    if tau % alpha or tau == alpha > 1:
        raise ValueError("tau / alpha")
    fast = [min(start + k * tau // alpha, frames - 1) for k in range(alpha * T)]
    return fast[::alpha], fast
