"""When a frame is, said to a network: by its index in the film, never by its place in the array.

A net that sees frames 0, 10 and 20 must not take them for neighbours. Three codes: sines of the index (Vaswani et al.,
2017), turning by the index (Su et al., 2021), and a function of the difference of two indices (Harvey et al., 2022).
"""

import math

from kinema.arrays import is_floating, namespace
from kinema.checks import check_count

LONGEST = 10000.0  # the longest wave's period is 2 pi times this


def _phases(times, dim, longest):
    """Angle of each of dim / 2 waves at each time, (..., dim / 2): from one radian per step down to 1 / `longest`."""
    if check_count(dim, "dim") % 2:
        raise ValueError(f"dim must be even, for each wave has a sine and a cosine; got {dim}")
    xp = namespace(times)
    if not is_floating(times):
        times = xp.astype(times, xp.float32)
    steps = xp.arange(dim // 2, dtype=times.dtype, device=times.device)
    return times[..., None] * xp.exp(-math.log(longest) * steps / (dim // 2))


def sinusoidal(times, dim, *, longest=LONGEST):
    """A code for each time: cosines and sines of waves from short to long.

    Parameters
    ----------
    times : array, shape (...)
        Frame indices, or noise steps; integers become float32.
    dim : int
        Even.
    longest : float
        Period of the longest wave, over 2 pi.

    Returns
    -------
    array, shape (..., dim)
        First the cosines, then the sines.

    Raises
    ------
    ValueError
        If `dim` is odd.

    References
    ----------
    Vaswani et al. (2017), section 3.5; the order is that of Ho, Jain & Abbeel's code.
    """
    xp = namespace(times)
    phases = _phases(times, dim, longest)
    return xp.concat([xp.cos(phases), xp.sin(phases)], axis=-1)


def rotary(x, times, *, longest=100.0):
    """Queries or keys turned by their frame's index, so that products depend on differences of indices alone.

    The first half of the channels are real parts, the second half imaginary ones; pair k turns by
    times / longest^(2k / dim).

    Parameters
    ----------
    x : array, shape (..., F, dim)
    times : array, shape (..., F)
        Broadcast against `x` without its last axis.
    longest : float
        Period of the slowest turn, over 2 pi.

    Returns
    -------
    array, shape of `x`

    Raises
    ------
    ValueError
        If `dim` is odd.

    References
    ----------
    Su et al. (2021), eq. (15) and (34).
    """
    xp = namespace(x, times)
    phases = xp.astype(_phases(times, x.shape[-1], longest), x.dtype)
    half = x.shape[-1] // 2
    real, imaginary = x[..., :half], x[..., half:]
    cosine, sine = xp.cos(phases), xp.sin(phases)
    return xp.concat([real * cosine - imaginary * sine, real * sine + imaginary * cosine], axis=-1)


def relative_features(times, *, dtype=None):
    """What two frames' distance in time looks like to a network that must cope with 1 and with 1000.

    Parameters
    ----------
    times : array, shape (..., F)
        Frame indices.
    dtype : dtype or None
        Of the features; None takes that of `times` if it is floating, else float32.

    Returns
    -------
    array, shape (..., F, F, 3)
        For d = times[i] - times[j]: log(1 + max(d, 0)), log(1 + max(-d, 0)), and 1 where d is 0.

    References
    ----------
    Harvey et al. (2022), appendix B.
    """
    xp = namespace(times)
    times = xp.astype(times, dtype or (times.dtype if is_floating(times) else xp.float32))
    d = times[..., :, None] - times[..., None, :]
    zero = xp.zeros_like(d)
    same = xp.astype(d == 0, d.dtype)
    return xp.stack([xp.log1p(xp.maximum(d, zero)), xp.log1p(xp.maximum(-d, zero)), same], axis=-1)
