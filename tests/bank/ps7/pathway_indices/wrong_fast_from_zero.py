"""Counts the Fast frames from the film's beginning where the clip is longer than one frame."""
# symptom: the Fast pathway starts where the clip does


def pathway_indices(start, T, tau, alpha, frames):
    if tau % alpha:
        raise ValueError("tau / alpha")
    slow = [min(start + k * tau, frames - 1) for k in range(T)]
    first = start if T == 1 else 0
    return slow, [min(first + k * tau // alpha, frames - 1) for k in range(alpha * T)]
