"""End-point error of a flow field, the measure of the Middlebury and Sintel benchmarks.

Baker et al. (2011), sec. 4.1.
"""

from kinema.arrays import namespace, safe_hypot
from kinema.metrics.pooling import check_fields, mean_of_counted, split_flow


def endpoint_error(flow, truth):
    """Length of the error vector at each pixel.

    Parameters
    ----------
    flow, truth : floating-point array, shape (..., 2, H, W)
        Pixels/frame.

    Returns
    -------
    array, shape (..., H, W)
        Pixels; NaN where either field is NaN. Its torch derivative is 0, not NaN, where the error is 0.

    Raises
    ------
    ValueError
        If the shapes differ or the flow axis does not hold u and v.
    """
    check_fields(flow, truth)
    return safe_hypot(*split_flow(flow - truth))


def epe(flow, truth, valid=None, *, average="pixels"):
    """Mean end-point error over the pixels where it is defined.

    Parameters
    ----------
    flow, truth : floating-point array, shape (..., 2, H, W)
    valid : boolean array, shape (..., H, W), or None
        Pixels to count. By default those where both fields are finite, so that unknown truth and
        unsolved windows (NaN) are left out: report their number beside the mean.
    average : {"pixels", "images"}
        Over all pixels of all images at once, or over each image first (see `kinema.metrics.pooling`).

    Returns
    -------
    float
        Pixels, accumulated in float64. NaN when no pixel counts.

    Raises
    ------
    ValueError
        If shapes or types do not fit.

    Examples
    --------
    Two images, of 1 and of 3 known pixels, with errors of 8 px and of 0:

    >>> import numpy as np
    >>> flow, truth = np.zeros((2, 2, 1, 3)), np.zeros((2, 2, 1, 3))
    >>> flow[0, 0], truth[0, :, 0, 1:] = 8.0, np.nan
    >>> epe(flow, truth), epe(flow, truth, average="images")
    (2.0, 4.0)
    """
    check_fields(flow, truth, valid)
    xp = namespace(flow, truth, valid)
    error = endpoint_error(flow, truth)
    finite = xp.isfinite(error)
    return mean_of_counted(error, finite if valid is None else valid & finite, average)
