"""End-point error of a flow field, the measure of the Middlebury and Sintel benchmarks.

Baker et al. (2011), sec. 4.1.
"""

from kinema.arrays import is_floating, namespace, safe_sqrt


def endpoint_error(flow, truth):
    """Length of the error vector at each pixel.

    Parameters
    ----------
    flow, truth : floating-point array, shape (..., 2, H, W)
        Pixels/frame.

    Returns
    -------
    array, shape (..., H, W)
        Pixels; NaN where either field is NaN.

    Raises
    ------
    ValueError
        If the shapes differ or the flow axis does not hold u and v.
    """
    xp = namespace(flow, truth)
    if tuple(flow.shape) != tuple(truth.shape):
        raise ValueError(f"flow has shape {tuple(flow.shape)} but truth has {tuple(truth.shape)}")
    if flow.ndim < 3 or flow.shape[-3] != 2:
        raise ValueError(f"flow has shape {tuple(flow.shape)}, expected (..., 2, H, W) with u first")
    for name, x in (("flow", flow), ("truth", truth)):
        if not is_floating(x):
            raise ValueError(f"{name} has dtype {x.dtype}: a flow is floating point, in pixels/frame")
    error = flow - truth
    return safe_sqrt(xp.sum(error * error, axis=-3))


def epe(flow, truth, valid=None):
    """Mean end-point error over the pixels where it is defined.

    Parameters
    ----------
    flow, truth : floating-point array, shape (..., 2, H, W)
    valid : boolean array, shape (..., H, W), or None
        Pixels to count. By default those where both fields are finite, so that unknown truth and
        unsolved windows (NaN) are left out: report their number beside the mean.

    Returns
    -------
    float
        Pixels. NaN when no pixel counts.
    """
    xp = namespace(flow, truth, valid)
    error = endpoint_error(flow, truth)
    finite = xp.isfinite(error)
    if valid is not None and (tuple(valid.shape) != tuple(error.shape) or not xp.isdtype(valid.dtype, "bool")):
        raise ValueError(f"valid has shape {tuple(valid.shape)} and dtype {valid.dtype}, expected booleans {tuple(error.shape)}")
    counted = finite if valid is None else valid & finite
    count = int(xp.sum(xp.astype(counted, xp.int64)))
    total = xp.sum(xp.where(counted, error, xp.zeros_like(error)))
    return float(total) / count if count else float("nan")
