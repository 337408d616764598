"""When is a motion too large? Stripes that pass for their neighbours, and how often to halve the frames.

A pattern that repeats every `period` pixels looks the same after any whole number of periods. A local
search returns the nearest of those motions, and that is the true one only within half a period. A pixel
grid carries periods down to 2 pixels, so on any grid only motions up to about 1 pixel are safe; a pyramid
makes a motion small by making its pixels large, and its blur removes the detail that would repeat too soon.
"""

import math

from kinema.flow.pyramid import BINOMIAL


def nearest_match_shift(period, true_shift):
    """Shortest motion that makes a repeating pattern look as it does after `true_shift`.

    Parameters
    ----------
    period : float
        Pixels after which the pattern repeats.
    true_shift : float
        Pixels/frame, positive to the right.

    Returns
    -------
    float
        `true_shift` less a whole number of periods, in (-period / 2, period / 2]. At exactly half a
        period both neighbours are equally near, and the positive motion is returned.

    Raises
    ------
    ValueError
        If `period` is not a positive finite number, or `true_shift` is not finite.
    """
    if not 0 < period < math.inf:
        raise ValueError(f"period must be positive and finite, in pixels, got {period}")
    if not math.isfinite(true_shift):
        raise ValueError(f"true_shift must be finite, in pixels/frame, got {true_shift}")
    # ceil(z - 1/2) rounds halves down, so that just half a period stays positive.
    return true_shift - period * math.ceil(true_shift / period - 0.5)


def halvings_needed(max_motion, safe=1.0):
    """How often to halve the resolution until the largest motion is safe.

    A pyramid has one level more than it has halvings: 10 pixels with 1.25 safe take 3 halvings, so 4
    levels, on which the motion is 10, 5, 2.5 and 1.25 pixels.

    Parameters
    ----------
    max_motion : float
        Largest length of a motion at full resolution, pixels/frame.
    safe : float
        Largest motion that one level can find. 1 pixel is half the shortest period of a pixel grid.

    Returns
    -------
    int
        Smallest n >= 0 with ``max_motion / 2**n <= safe``, that is max(0, ceil(log2(max_motion / safe))).

    Raises
    ------
    ValueError
        If `max_motion` is negative or not finite, or `safe` is not positive and finite.
    """
    if not 0 <= max_motion < math.inf:
        raise ValueError(
            f"max_motion is a length in pixels/frame: give a finite number of at least 0, got {max_motion}"
        )
    if not 0 < safe < math.inf:
        raise ValueError(f"safe must be positive and finite, in pixels/frame, got {safe}")
    halvings = 0
    # Halving is exact in binary, log2 is not: 10 / 1.25 must give 3 and never 4.
    while max_motion > safe:
        max_motion, halvings = max_motion / 2, halvings + 1
    return halvings


def gain_of_blur(frequency):
    """What the pyramid's filter (1, 4, 6, 4, 1) / 16 leaves of a wave: cos⁴(pi f).

    Parameters
    ----------
    frequency : float
        Cycles per pixel; 1 / period. 0.5 is the finest that a grid carries.

    Returns
    -------
    float
        From 1 (a constant) down to 0 (a wave of two pixels). A period of 4 pixels keeps a quarter.

    References
    ----------
    Burt & Adelson (1983), who take a = 0.375 for these taps.
    """
    return sum(tap * math.cos(2 * math.pi * frequency * (k - 2)) for k, tap in enumerate(BINOMIAL))
