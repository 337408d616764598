"""Spreads the Fast frames alpha times as far, as if alpha were its step."""
# symptom: from one Fast frame to the next


def pathway_indices(start, T, tau, alpha, frames):
    if tau % alpha:
        raise ValueError("tau / alpha")
    slow = [min(start + k * tau, frames - 1) for k in range(T)]
    return slow, [min(start + k * tau * alpha, frames - 1) for k in range(alpha * T)]
