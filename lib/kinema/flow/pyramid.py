"""Gaussian pyramids, and flow carried from one of their levels to the next.

Level l + 1 is level l blurred and every second sample kept, the first one included. So pixel (x, y) of
a level lies exactly over pixel (2x, 2y) of the finer one, whatever the size, and a motion of d
pixels on one level is one of 2d on the finer. Burt & Adelson (1983).
"""

from kinema.arrays import namespace
from kinema.checks import check_count, check_frame
from kinema.filters import correlate1d
from kinema.sampling import pixel_grid, sample_bilinear

BINOMIAL = (1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16)


def reduce_frame(image):
    """Half the resolution: blur by (1, 4, 6, 4, 1) / 16 each way, then keep every second sample.

    Parameters
    ----------
    image : floating-point array, shape (..., H, W)
        At least 3 x 3; mirrored at the border.

    Returns
    -------
    array, shape (..., ceil(H / 2), ceil(W / 2))
        The filter removes a wave of two pixels entirely (its gain there is 0), which subsampling
        would turn into something that is not in the picture.
    """
    return correlate1d(correlate1d(image, BINOMIAL, -1), BINOMIAL, -2)[..., ::2, ::2]


def count_levels(height, width, *, smallest=16):
    """How many levels a pyramid can have before a side falls below `smallest` pixels (at least 1)."""
    if not smallest >= 2:
        raise ValueError(f"smallest must be at least 2 pixels, got {smallest}: half of 1, rounded up, is 1 for ever")
    levels, side = 1, min(height, width)
    while (side + 1) // 2 >= smallest:
        side, levels = (side + 1) // 2, levels + 1
    return levels


def gaussian_pyramid(image, levels):
    """The frame at full, half, quarter ... resolution.

    Parameters
    ----------
    image : array, shape (..., H, W)
        Gray. Integers are scaled to [0, 1].
    levels : int
        How many, the full frame included.

    Returns
    -------
    list of arrays
        Finest first; sides halve, rounding up.

    Raises
    ------
    ValueError
        If `levels` is below 1, or a level would be blurred from fewer than 3 x 3 pixels.

    References
    ----------
    Burt & Adelson (1983), "The Laplacian pyramid as a compact image code".
    """
    levels = check_count(levels, "levels")
    pyramid = [check_frame(image, "image", min_size=1)]
    for level in range(1, levels):
        height, width = pyramid[-1].shape[-2:]
        if min(height, width) < 3:
            raise ValueError(
                f"level {level} would be made from {height} x {width} pixels, but at least 3 x 3 are needed: "
                f"ask for at most {level} levels"
            )
        pyramid.append(reduce_frame(pyramid[-1]))
    return pyramid


def expand_flow(flow, shape):
    """Flow of one level as a first guess for the finer one: twice as many pixels, twice as long.

    Parameters
    ----------
    flow : floating-point array, shape (..., 2, h, w)
        Pixels/frame of the coarse level.
    shape : (H, W)
        Of the fine level, with h = ceil(H / 2) and w = ceil(W / 2).

    Returns
    -------
    array, shape (..., 2, H, W)
        Interpolated bilinearly, and *doubled*: half the pixels means half the motion in pixels.
    """
    namespace(flow)
    height, width = shape
    if flow.ndim < 3 or flow.shape[-3] != 2:
        raise ValueError(f"flow has shape {tuple(flow.shape)}, expected (..., 2, h, w) with u first")
    if tuple(flow.shape[-2:]) != ((height + 1) // 2, (width + 1) // 2):
        raise ValueError(
            f"flow has {flow.shape[-2]} x {flow.shape[-1]} pixels, but half of {height} x {width} is "
            f"{(height + 1) // 2} x {(width + 1) // 2}"
        )
    x, y = pixel_grid(height, width, like=flow)
    return 2 * sample_bilinear(flow, x / 2, y / 2)
