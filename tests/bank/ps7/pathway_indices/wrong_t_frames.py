"""The Fast pathway reads as many frames as the Slow one, only closer together."""
# symptom: the Fast pathway reads alpha T


def pathway_indices(start, T, tau, alpha, frames):
    if tau % alpha:
        raise ValueError("tau / alpha")
    slow = [min(start + k * tau, frames - 1) for k in range(T)]
    return slow, [min(start + k * tau // alpha, frames - 1) for k in range(T)]
