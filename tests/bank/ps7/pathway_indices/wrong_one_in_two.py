"""The Fast pathway always reads one frame in two, as in the lecture."""
# symptom: from one Fast frame to the next


def pathway_indices(start, T, tau, alpha, frames):
    if tau % alpha:
        raise ValueError("tau / alpha")
    slow = [min(start + k * tau, frames - 1) for k in range(T)]
    fast = [min(start + 2 * k, frames - 1) for k in range(alpha * T)] if alpha > 1 else slow
    return slow, fast
