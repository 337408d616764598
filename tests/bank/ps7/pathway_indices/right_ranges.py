"""Ranges where the film is long enough, and an error of its own kind."""


def pathway_indices(start, T, tau, alpha, frames):
    class NoWholeStep(ValueError):
        pass

    if tau % alpha:
        raise NoWholeStep(f"{tau} / {alpha}")
    if start + T * tau <= frames:
        return range(start, start + T * tau, tau), range(start, start + T * tau, tau // alpha)
    fast = [min(n, frames - 1) for n in range(start, start + T * tau, tau // alpha)]
    return fast[::alpha], fast
