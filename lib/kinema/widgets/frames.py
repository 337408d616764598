"""How frames reach a demo: small, as bytes."""

import numpy as np

from kinema.arrays import to_intensity, to_numpy
from kinema.checks import check_pair

LARGEST = 400
BRIGHTEST = 1.5  # interpolation and sharpening overshoot 1 a little; levels up to 255 are plainly another unit


def as_bytes(frame, name="frame"):
    """Brightness in [0, 1] (or integers) as uint8 levels, numpy array of the same shape.

    Raises
    ------
    ValueError
        If floating-point values are too large to be brightness in [0, 1]: clipped, they would all be white.
    """
    levels = to_numpy(to_intensity(frame, name))
    if levels.size and np.nanmax(levels) > BRIGHTEST:
        raise ValueError(
            f"{name} holds values up to {np.nanmax(levels):g}: "
            "floating-point brightness lies in [0, 1], so divide it by 255"
        )
    return np.rint(255 * np.clip(levels, 0, 1)).astype(np.uint8)


def check_points(height, width, *, point=None, cursor=None, points=(), **others):
    """Refuse points of a demo that lie outside its frame; `others` are its other options.

    Raises
    ------
    ValueError
        If one is no (x, y), or lies outside, with its name.
    """
    named = {"point": point, "cursor": cursor, **{f"points[{k}]": p for k, p in enumerate(points)}}
    for name, p in named.items():
        if p is None:
            continue
        if len(p) != 2:
            raise ValueError(f"{name} = {p!r} is no point: give (x, y), column first")
        if not (0 <= p[0] <= width - 1 and 0 <= p[1] <= height - 1):
            raise ValueError(
                f"{name} = ({p[0]:g}, {p[1]:g}) lies outside the {width} x {height} frame: "
                "points are (x, y), column first"
            )


def pair_as_bytes(I0, I1, *, channel_axis=None):
    """Two frames of the reader's as uint8, checked: shape (H, W), or (H, W, 3) for colour.

    Raises
    ------
    ValueError
        As `kinema.checks.check_pair`; also for a batch, or frames over 400 pixels a side, which
        would weigh a page down: crop them first.
    """
    first, second = check_pair(I0, I1, channel_axis=channel_axis, min_size=9)
    if first.ndim != (2 if channel_axis is None else 3):
        raise ValueError(f"I0 has shape {tuple(I0.shape)}: a demo shows one pair of frames, not a batch")
    if max(first.shape[-2:]) > LARGEST:
        raise ValueError(f"I0 is {first.shape[-2]} x {first.shape[-1]} pixels: crop it to at most {LARGEST} a side")
    pair = as_bytes(first, "I0"), as_bytes(second, "I1")
    return pair if channel_axis is None else tuple(np.moveaxis(f, 0, -1) for f in pair)
