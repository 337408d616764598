"""How frames reach a demo: small, as bytes."""

import numpy as np

from kinema.arrays import to_intensity, to_numpy
from kinema.checks import check_pair

LARGEST = 400


def as_bytes(frame):
    """Brightness in [0, 1] (or integers) as uint8 levels, numpy array of the same shape."""
    levels = to_numpy(to_intensity(frame, "frame"))
    return np.rint(255 * np.clip(levels, 0, 1)).astype(np.uint8)


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
    pair = as_bytes(first), as_bytes(second)
    return pair if channel_axis is None else tuple(np.moveaxis(f, 0, -1) for f in pair)
