"""Flow as colour: hue is direction, saturation is speed.

The Middlebury wheel of Baker et al. (2011), with its 55 hues. White is no motion.
Grey (128) marks pixels whose flow is unknown.
"""

import numpy as np

from kinema.arrays import to_numpy

# Hues between red, yellow, green, cyan, blue, magenta and red again, as the benchmark counts them.
_SEGMENTS = (15, 6, 4, 11, 13, 6)
_CORNERS = ((255, 0, 0), (255, 255, 0), (0, 255, 0), (0, 255, 255), (0, 0, 255), (255, 0, 255), (255, 0, 0))
UNKNOWN = 128


def wheel_hues():
    """The hues of the Middlebury wheel, uint8 array of shape (55, 3), starting at red."""
    rows = []
    for count, start, end in zip(_SEGMENTS, _CORNERS[:-1], _CORNERS[1:], strict=True):
        ramp = np.floor(255 * np.arange(count) / count)
        row = np.tile(np.array(start, float), (count, 1))
        for channel in range(3):
            if end[channel] > start[channel]:
                row[:, channel] = ramp
            elif end[channel] < start[channel]:
                row[:, channel] = 255 - ramp
        rows.append(row)
    return np.concatenate(rows).astype(np.uint8)


def flow_to_color(flow, *, max_speed=None):
    """Colour picture of a flow field.

    Parameters
    ----------
    flow : array, shape (2, H, W)
        Pixels/frame.
    max_speed : float or None
        Speed shown at full saturation; None takes the largest of the field. Faster pixels are
        drawn darker.

    Returns
    -------
    uint8 array, shape (H, W, 3)
    """
    flow = np.asarray(to_numpy(flow), np.float64)
    if flow.ndim != 3 or flow.shape[0] != 2:
        raise ValueError(f"flow has shape {flow.shape}, expected (2, H, W) with u first")
    known = np.isfinite(flow).all(axis=0)
    u, v = np.where(known, flow, 0.0)
    speed = np.hypot(u, v)
    if max_speed is None:
        max_speed = speed.max()
    elif not max_speed > 0:
        raise ValueError(f"max_speed must be positive, got {max_speed}")
    radius = speed / (max_speed + np.finfo(np.float64).tiny)
    hues = wheel_hues().astype(np.float64) / 255
    position = (np.arctan2(-v, -u) / np.pi + 1) / 2 * (len(hues) - 1)
    below = np.floor(position).astype(int)
    part = (position - below)[..., None]
    hue = (1 - part) * hues[below] + part * hues[(below + 1) % len(hues)]
    inside = radius[..., None] <= 1
    color = np.where(inside, 1 - radius[..., None] * (1 - hue), 0.75 * hue)
    picture = np.floor(255 * color).astype(np.uint8)
    picture[~known] = UNKNOWN
    return picture


def wheel_picture(size=151):
    """The wheel itself: each pixel coloured by its own offset from the centre; white outside.

    Returns
    -------
    uint8 array, shape (size, size, 3)
    """
    radius = (size - 1) / 2
    y, x = np.mgrid[:size, :size] - radius
    outside = np.hypot(x, y) > radius
    picture = flow_to_color(np.stack([x, y]), max_speed=radius)
    picture[outside] = 255
    return picture
