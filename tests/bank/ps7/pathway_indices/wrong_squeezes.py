"""Squeezes its steps so that a film that is too short is read to its end."""
# symptom: without turning back or squeezing


def pathway_indices(start, T, tau, alpha, frames):
    if tau % alpha:
        raise ValueError("tau / alpha")
    fast = [start + k * tau // alpha for k in range(alpha * T)]
    if fast[-1] >= frames:
        fast = np.linspace(start, frames - 1, alpha * T).astype(int).tolist()
    return fast[::alpha], fast
