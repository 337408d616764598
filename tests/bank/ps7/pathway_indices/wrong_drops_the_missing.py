"""Reads only the frames that are there, fewer than asked for."""
# symptom: the last frame fills the rest


def pathway_indices(start, T, tau, alpha, frames):
    if tau % alpha:
        raise ValueError("tau / alpha")
    fast = [n for n in range(start, start + T * tau, tau // alpha) if n < frames]
    return fast[::alpha], fast
