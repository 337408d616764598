"""Does a film move as things do? Pull each frame back along the flow to the one before, and compare.

Lai et al. (2018), "Learning Blind Video Temporal Consistency", sec. 4.1, judge films so. They take the flow of
a network and mask what gets hidden; here the course's own Lucas–Kanade estimates it, and only what leaves the frame is
left out.
"""

from collections.abc import Iterable

import numpy as np

from kinema.arrays import namespace, to_intensity
from kinema.checks import check_finite
from kinema.flow.pyramidal import pyramidal_lucas_kanade
from kinema.flow.warping import lands_inside, warp
from kinema.metrics.pooling import mean_of_counted

SLACK = 1e-3  # of brightness beyond [0, 1] that may be rounding


def warp_error(video, *, observed=None, estimate=pyramidal_lucas_kanade):
    """Mean difference between each frame and the next one, warped back to it.

    No truth is needed, and none is compared with: a film that stands still has no error at all. So read it beside a
    measure that would notice, and beside the error of real films of the same kind.

    Parameters
    ----------
    video : array, shape (F, H, W) or (F, H, W, 3)
        Brightness in [0, 1]; integers are scaled. The flow is estimated on the mean of the colours, the error is
        the mean over them.
    observed : iterable of int, or None
        Frames that were given and not generated. A pair counts only if at least one of its frames was generated: or
        else the score would praise the camera.
    estimate : callable
        ``estimate(I0, I1)`` returns the flow (2, H, W) between gray frames, with ``I0(x) ≈ I1(x + flow)``.

    Returns
    -------
    mean : float
        Brightness, over the pairs that count; NaN if none does.
    each : numpy array, shape (F - 1,)
        Of frame f with frame f + 1; NaN where the pair does not count, or no pixel stays in the frame.

    Raises
    ------
    ValueError
        If the video has another shape or range, or NaN, or less than two frames; if `observed` names none of its
        frames.

    References
    ----------
    Lai et al. (2018), sec. 4.1, who square the differences.
    """
    xp = namespace(video)
    colour = video.ndim == 4
    if video.ndim not in (3, 4) or (colour and video.shape[-1] != 3):
        raise ValueError(f"video has shape {tuple(video.shape)}, expected (F, H, W), or (F, H, W, 3) with colours last")
    if not colour and video.shape[-1] == 3:
        raise ValueError(f"video has shape {tuple(video.shape)}, which looks like one colour frame: give (F, H, W, 3)")
    F = video.shape[0]
    if F < 2:
        raise ValueError(f"video has {F} frames: motion takes at least 2")
    given = _check_observed(observed, F)
    each = np.full(F - 1, np.nan)
    for f in range(F - 1):  # frame by frame, so that memory holds two of them in floating point
        if f in given and f + 1 in given:
            continue
        I0, I1 = (_check_range(to_intensity(video[k, ...], "video"), k) for k in (f, f + 1))
        gray = [xp.mean(image, axis=-1) if colour else image for image in (I0, I1)]
        flow = estimate(*gray)
        difference = xp.abs(warp(I1, flow, interpolation="bicubic", fill="edge", channel_axis=-1 if colour else None) - I0)
        each[f] = mean_of_counted(xp.mean(difference, axis=-1) if colour else difference, lands_inside(flow))
    counted = each[~np.isnan(each)]
    return float(counted.mean()) if len(counted) else float("nan"), each


def _check_observed(observed, frames):
    if observed is None:
        return set()
    if not isinstance(observed, Iterable):
        raise ValueError(f"observed must be the indices of frames, got {observed!r}: for the first n, range(n)")
    given = set()
    for index in observed:
        if isinstance(index, (bool, np.bool_)) or not 0 <= (number := int(index)) < frames or number != index:
            raise ValueError(f"observed names {index!r}, but the video has frames 0 to {frames - 1}")
        given.add(number)
    return given


def _check_range(image, number):
    xp = namespace(image)
    check_finite(image, f"frame {number}")
    low, high = float(xp.min(image)), float(xp.max(image))
    if low < -SLACK or high > 1 + SLACK:
        raise ValueError(
            f"frame {number} has values from {low:g} to {high:g}: bring the video to [0, 1] "
            "(from [-1, 1], add 1 and halve; then clip)"
        )
    return image
