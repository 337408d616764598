"""Puts each Slow frame in the middle of its alpha Fast ones, but not when alpha is small."""
# symptom: the Slow frames are


def pathway_indices(start, T, tau, alpha, frames):
    if tau % alpha:
        raise ValueError("tau / alpha")
    fast = [min(start + k * tau // alpha, frames - 1) for k in range(alpha * T)]
    return fast[alpha // 2 :: alpha] if alpha > 2 else fast[::alpha], fast
