"""Share of pixels that are plainly wrong: the measure of the KITTI benchmarks.

KITTI 2015 (Menze & Geiger 2015) calls a pixel an outlier if its end-point error is above 3 px AND
above 5 % of the true speed; KITTI 2012 asks for 3 px alone. The lecture's footnote says the same of
the other side: a pixel within 3 px OR within 5 % is an inlier. With "or" between the two clauses of
an *outlier*, or with one of them only, the rates come out higher, and no longer compare.
"""

from kinema.arrays import namespace, safe_hypot
from kinema.checks import check_choice
from kinema.metrics.endpoint import endpoint_error
from kinema.metrics.pooling import check_fields, mean_of_counted, split_flow


def outlier_rate(flow, truth, valid=None, *, threshold=3.0, relative=None, unsolved="skip", average="pixels"):
    """Percentage of pixels whose end-point error exceeds a threshold.

    Parameters
    ----------
    flow, truth : floating-point array, shape (..., 2, H, W)
        Pixels/frame.
    valid : boolean array, shape (..., H, W), or None
        Pixels to count: at most those of finite truth, which None takes all. For KITTI's Out-Noc,
        those that stay in sight.
    threshold : float
        Pixels. An outlier errs by *more*. 3 is KITTI's; 0.5, 1 and 2 make Middlebury's R0.5, R1, R2.
    relative : float or None
        An outlier must also err by more than this fraction of the true speed; None asks only for
        `threshold`, as KITTI 2012 does.
    unsolved : {"skip", "outlier"}
        Pixels of known truth where `flow` is not finite: leave them out, as `epe` does (then report
        their number), or count each as an outlier, which a method cannot improve by keeping silent.
    average : {"pixels", "images"}
        Over all pixels of all images at once, as the benchmarks do, or over each image first (see
        the example).

    Returns
    -------
    float
        Per cent, 0 to 100. NaN when no pixel counts.

    Raises
    ------
    ValueError
        If shapes or types do not fit, or a threshold is negative or NaN.

    Examples
    --------
    Sparse truth: a first image of 1 known pixel, which is wrong, and a second of 3, all right. Of the four pixels
    25 % are wrong; of the average image, 50 %.

    >>> import numpy as np
    >>> flow, truth = np.zeros((2, 2, 1, 3)), np.zeros((2, 2, 1, 3))
    >>> flow[0, 0], truth[0, :, 0, 1:] = 8.0, np.nan
    >>> outlier_rate(flow, truth), outlier_rate(flow, truth, average="images")
    (25.0, 50.0)

    Images of different sizes go into one array when the smaller are padded with NaN truth.
    """
    check_fields(flow, truth, valid)
    xp = namespace(flow, truth, valid)
    if not threshold >= 0 or not (relative is None or relative >= 0):
        raise ValueError(f"threshold and relative must not be negative, got {threshold} and {relative}")
    check_choice(unsolved, ("skip", "outlier"), "unsolved")
    error = endpoint_error(flow, truth)
    solved = xp.all(xp.isfinite(flow), axis=-3)
    speed = safe_hypot(*split_flow(truth))
    known = xp.isfinite(speed)
    wrong = error > threshold
    if relative is not None:
        wrong = wrong & (error > relative * speed)
    counted = known if valid is None else valid & known
    if unsolved == "skip":
        counted = counted & solved
    return 100 * mean_of_counted(wrong | ~solved, counted, average)


def fl_all(flow, truth, valid=None, *, unsolved="skip", average="pixels"):
    """KITTI 2015's outlier rate: percentage of pixels off by more than 3 px and more than 5 % of the true speed.

    Parameters
    ----------
    flow, truth, valid, unsolved, average
        As in `outlier_rate`. The benchmark counts every pixel of known truth, pooled over all
        images.

    Returns
    -------
    float
        Per cent. NaN when no pixel counts.

    References
    ----------
    Menze & Geiger (2015), sec. 5.
    """
    return outlier_rate(flow, truth, valid, threshold=3.0, relative=0.05, unsolved=unsolved, average=average)
