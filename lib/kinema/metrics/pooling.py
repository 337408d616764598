"""Which pixels a measure counts, and how it averages over them and over images.

Two averages are in use, and they differ wherever images differ in their number of counted pixels:
over all pixels of all images at once (the outlier rates of KITTI), or first within each image and
then over the images (the end-point error as many published scripts compute it). Say which one you
report.
"""

from kinema.arrays import is_floating, namespace
from kinema.checks import check_choice

AVERAGES = ("pixels", "images")


def check_fields(flow, truth, valid=None):
    """Refuse fields that are no flows of one shape, and masks that do not fit them."""
    xp = namespace(flow, truth, valid)
    if tuple(flow.shape) != tuple(truth.shape):
        raise ValueError(f"flow has shape {tuple(flow.shape)} but truth has {tuple(truth.shape)}")
    if flow.ndim < 3 or flow.shape[-3] != 2:
        raise ValueError(f"flow has shape {tuple(flow.shape)}, expected (..., 2, H, W) with u first")
    for name, x in (("flow", flow), ("truth", truth)):
        if not is_floating(x):
            raise ValueError(f"{name} has dtype {x.dtype}: a flow is floating point, in pixels/frame")
    shape = tuple(flow.shape[:-3]) + tuple(flow.shape[-2:])
    if valid is not None and (tuple(valid.shape) != shape or not xp.isdtype(valid.dtype, "bool")):
        raise ValueError(f"valid has shape {tuple(valid.shape)} and dtype {valid.dtype}, expected booleans {shape}")


def split_flow(flow):
    """The components u and v, each of shape (..., H, W)."""
    return flow[..., 0, :, :], flow[..., 1, :, :]


def mean_of_counted(values, counted, average="pixels"):
    """Mean of `values` where `counted`, accumulated in float64.

    Parameters
    ----------
    values : floating-point or boolean array, shape (..., H, W)
        Booleans count as 0 and 1.
    counted : boolean array, shape of `values`
    average : {"pixels", "images"}
        Over all pixels at once, or over each image (H, W) first and then over the images that
        have a counted pixel.

    Returns
    -------
    float
        NaN when no pixel counts.
    """
    xp = namespace(values, counted)
    check_choice(average, AVERAGES, "average")
    axis = None if average == "pixels" else (-2, -1)
    # float64, because a float32 sum of a million errors loses their digits, or overflows.
    values = xp.astype(values, xp.float64)
    total = xp.sum(xp.where(counted, values, xp.zeros_like(values)), axis=axis)
    count = xp.sum(xp.astype(counted, xp.float64), axis=axis)
    known = count > 0
    means = xp.where(known, total, xp.zeros_like(total)) / xp.where(known, count, xp.ones_like(count))
    images = float(xp.sum(xp.astype(known, xp.float64)))
    return float(xp.sum(means)) / images if images else float("nan")
