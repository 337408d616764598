"""Angular error of a flow field: the angle between (u, v, 1) and the truth, in space and time.

Barron, Fleet & Beauchemin (1994), sec. 3.2; Baker et al. (2011), sec. 4.1. The appended 1 (pixel,
for one frame) keeps slow motions from having wild angles, and makes the measure lenient with fast
ones: 10 px instead of 9 px is 0.6 degrees, 1 px instead of 0 px is 45.
"""

import math

from kinema.arrays import namespace, safe_hypot
from kinema.metrics.pooling import check_fields, mean_of_counted, split_flow


def angular_error(flow, truth):
    """Angle between (u, v, 1) of `flow` and of `truth` at each pixel.

    Parameters
    ----------
    flow, truth : floating-point array, shape (..., 2, H, W)
        Pixels/frame.

    Returns
    -------
    array, shape (..., H, W)
        Degrees, 0 to 180; exactly 0 where the fields agree, NaN where either is NaN.

    Raises
    ------
    ValueError
        If the shapes differ or the flow axis does not hold u and v.

    References
    ----------
    Barron, Fleet & Beauchemin (1994), sec. 3.2. They take the arc cosine of the scalar product,
    which in float32 turns anything below 0.03 degrees to noise; the arc tangent of vector over
    scalar product is the same angle with all its digits.
    """
    check_fields(flow, truth)
    xp = namespace(flow, truth)
    u, v = split_flow(flow)
    U, V = split_flow(truth)
    one = xp.ones_like(u)
    length, true_length = safe_hypot(safe_hypot(u, v), one), safe_hypot(safe_hypot(U, V), xp.ones_like(U))
    # Vector product of (u, v, 1) and (U, V, 1), by differences, so that equal vectors give exactly 0.
    du, dv = (U - u) / true_length, (V - v) / true_length
    across = (u / length) * dv - (v / length) * du
    sine = safe_hypot(safe_hypot(du / length, dv / length), across)
    cosine = (u / length) * (U / true_length) + (v / length) * (V / true_length) + one / length / true_length
    return xp.atan2(sine, cosine) * (180 / math.pi)


def mean_angular_error(flow, truth, valid=None, *, average="pixels"):
    """Mean angular error (AAE) over the pixels where it is defined.

    Parameters
    ----------
    flow, truth : floating-point array, shape (..., 2, H, W)
    valid : boolean array, shape (..., H, W), or None
        Pixels to count; by default, and at most, those where both fields are finite.
    average : {"pixels", "images"}
        Over all pixels of all images at once, or over each image first (see `kinema.metrics.pooling`).

    Returns
    -------
    float
        Degrees, accumulated in float64. NaN when no pixel counts.

    Raises
    ------
    ValueError
        If shapes or types do not fit.
    """
    check_fields(flow, truth, valid)
    xp = namespace(flow, truth, valid)
    error = angular_error(flow, truth)
    finite = xp.isfinite(error)
    return mean_of_counted(error, finite if valid is None else valid & finite, average)
