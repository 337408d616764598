"""Python twins of demo arithmetic that kinema has no function for, built from kinema's parts."""

import numpy as np
from kinema import flow
from kinema.data import translation_flow


def refined(I0, I1, guess, rounds):
    """One motion of the whole frame, refined from a guess: warp I1 back, fit what is left, add."""
    d = np.asarray(guess, float)
    Ix, Iy, _ = flow.derivatives(I0, I0)
    for _ in range(rounds):
        by = translation_flow(*d, I0.shape)
        inside = flow.lands_inside(by)
        if inside.sum() < 0.2 * inside.size:
            break
        A, b = np.stack([Ix[inside], Iy[inside]], axis=1), (I0 - flow.warp(I1, by, fill="edge"))[inside]
        d = d + flow.solve_local(A, b).flow
    return d


def coarse_to_fine(I0, I1, *, levels, rounds, doubled=True, blurred=True):
    """(guess, found) of each level, coarsest first."""
    if blurred:
        pyramids = [flow.gaussian_pyramid(I, levels) for I in (I0, I1)]
    else:
        pyramids = [[I[:: 2**level, :: 2**level] for level in range(levels)] for I in (I0, I1)]
    steps, found = [], np.zeros(2)
    for level in reversed(range(levels)):
        guess = (2 if doubled else 1) * found
        found = refined(pyramids[0][level], pyramids[1][level], guess, rounds)
        steps.append((guess, found))
    return steps
