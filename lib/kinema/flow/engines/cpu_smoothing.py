"""Flow smoothed by confidence, compiled by numba: lines over the processor's cores, columns over its vector lanes."""

import numpy as np
from numba import njit, prange

from kinema.flow.engines.compiling import COMPILE, as_given, one_at_a_time, rows

STRIP = 32  # columns of one task


@njit(parallel=True, **COMPILE)
def _smooth_rows(u, v, confidence, ties, strength):
    """`kinema.flow.smoothing.smooth_line` of u and v along the rows, in place."""
    height, width = u.shape
    for y in prange(height):
        c, t, p, q = confidence[y], ties[y], u[y], v[y]
        firm = np.empty(width, u.dtype)
        firm[0] = c[0]
        for x in range(1, width):
            tie = strength * t[x - 1]
            firm[x] = c[x] + firm[x - 1] * (tie / (firm[x - 1] + tie))
            share = c[x] / firm[x]
            p[x] = p[x - 1] + share * (p[x] - p[x - 1])
            q[x] = q[x - 1] + share * (q[x] - q[x - 1])
        for x in range(width - 2, -1, -1):
            tie = strength * t[x]
            share = tie / (firm[x] + tie)
            p[x] += share * (p[x + 1] - p[x])
            q[x] += share * (q[x + 1] - q[x])


@njit(parallel=True, **COMPILE)
def _smooth_columns(u, v, confidence, ties, strength):
    """The same along the columns: a row of them at a time, in as many strips as there are tasks."""
    height, width = u.shape
    for task in prange((width + STRIP - 1) // STRIP):
        start, stop = task * STRIP, min((task + 1) * STRIP, width)
        size = stop - start
        firm = np.empty((height, size), u.dtype)
        firm[0] = confidence[0, start:stop]
        for y in range(1, height):
            c, t, p, q = confidence[y, start:stop], ties[y - 1, start:stop], u[y, start:stop], v[y, start:stop]
            above_p, above_q, above, here = u[y - 1, start:stop], v[y - 1, start:stop], firm[y - 1], firm[y]
            for x in range(size):
                tie = strength * t[x]
                here[x] = c[x] + above[x] * (tie / (above[x] + tie))
                share = c[x] / here[x]
                p[x] = above_p[x] + share * (p[x] - above_p[x])
                q[x] = above_q[x] + share * (q[x] - above_q[x])
        for y in range(height - 2, -1, -1):
            t, p, q = ties[y, start:stop], u[y, start:stop], v[y, start:stop]
            below_p, below_q, here = u[y + 1, start:stop], v[y + 1, start:stop], firm[y]
            for x in range(size):
                tie = strength * t[x]
                share = tie / (here[x] + tie)
                p[x] += share * (below_p[x] - p[x])
                q[x] += share * (below_q[x] - q[x])


@njit(parallel=True, **COMPILE)
def _ties(image, contrast, along, across):
    """`kinema.flow.smoothing.ties_along` of both axes."""
    height, width = image.shape
    for y in prange(height):
        row, below = image[y], image[min(y + 1, height - 1)]
        for x in range(width - 1):
            along[y, x] = np.exp(-abs(row[x + 1] - row[x]) / contrast)
        for x in range(width):
            across[y, x] = np.exp(-abs(below[x] - row[x]) / contrast)


@one_at_a_time
def smooth_flow(flow, confidence, image, *, strength, contrast, rounds):
    """`kinema.flow.smoothing._plain`, compiled: numpy or CPU torch, float32 or float64."""
    given = flow
    flow, confidence, image = rows(flow, confidence, image)
    real = flow.dtype.type
    u, v = flow[0].copy(), flow[1].copy()
    along, across = np.ones_like(image), np.empty_like(image)
    _ties(image, real(contrast), along, across)
    for _ in range(rounds):
        _smooth_rows(u, v, confidence, along, real(strength))
        _smooth_columns(u, v, confidence, across, real(strength))
        strength = strength / 4
    return as_given(np.stack([u, v]), given)
