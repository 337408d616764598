"""Flow as colour: hue is direction, saturation is speed.

Two wheels. "middlebury" is that of Baker et al. (2011), with its 55 hues, which papers use; readers
with a colour-vision deficiency take some of its opposite directions for one another. "safe" is for
them: its lightness goes round with the direction, light to the right and down, dark to the left and
up, and its hue from orange to blue, so that the eight compass directions stay at least 20 CIELAB
units apart for everyone (on Middlebury's two of them are down to 2). White is no motion. Grey (128)
marks pixels whose flow is unknown.
"""

import numpy as np

from kinema.arrays import to_numpy
from kinema.checks import check_choice
from kinema.viz.cielab import from_lab

# Hues between red, yellow, green, cyan, blue, magenta and red again, as the benchmark counts them.
_SEGMENTS = (15, 6, 4, 11, 13, 6)
_CORNERS = ((255, 0, 0), (255, 255, 0), (0, 255, 0), (0, 255, 255), (0, 0, 255), (255, 0, 255), (255, 0, 0))
UNKNOWN = 128
WHEELS = ("middlebury", "safe")
# CIELAB of the safe wheel: right, right and down, down, and so on round. Found by search: the smallest distance
# between them is as large as can be, in plain sight and under simulated protanopia, deuteranopia and tritanopia.
_SAFE = (
    (71, 20, 56), (83, 9, 24), (72, 3, -19), (46, -4, -36), (22, -5, -21), (14, 9, 8), (25, 27, 35), (47, 31, 56)
)  # fmt: skip
_SAFE_STEPS = 8  # colours from one of these to the next


def wheel_hues(wheel="middlebury"):
    """The rim of a wheel from "right" by "down" to "left" and "up", uint8 array of shape (N, 3).

    55 hues for "middlebury", which begin at red; 65 for "safe", whose last repeats the first.
    """
    check_choice(wheel, WHEELS, "wheel")
    return _middlebury_hues() if wheel == "middlebury" else _safe_hues()


def _safe_hues():
    corners = np.array([*_SAFE, _SAFE[0]], float)
    at = np.linspace(0, len(_SAFE), len(_SAFE) * _SAFE_STEPS + 1)
    lab = [np.interp(at, np.arange(len(corners)), column) for column in corners.T]
    return np.rint(255 * from_lab(np.stack(lab, axis=-1))).astype(np.uint8)


def _middlebury_hues():
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


def flow_to_color(flow, *, max_speed=None, wheel="middlebury"):
    """Colour picture of a flow field.

    Parameters
    ----------
    flow : array, shape (2, H, W)
        Pixels/frame.
    max_speed : float or None
        Speed shown at full saturation; None takes the largest of the field. Faster pixels are
        drawn darker.
    wheel : {"middlebury", "safe"}
        The second keeps directions apart for readers with a colour-vision deficiency.

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
    hues = wheel_hues(wheel).astype(np.float64) / 255
    position = (np.arctan2(-v, -u) / np.pi + 1) / 2 * (len(hues) - 1)
    below = np.floor(position).astype(int)
    part = (position - below)[..., None]
    hue = (1 - part) * hues[below] + part * hues[(below + 1) % len(hues)]
    inside = radius[..., None] <= 1
    color = np.where(inside, 1 - radius[..., None] * (1 - hue), 0.75 * hue)
    picture = np.floor(255 * color).astype(np.uint8)
    picture[~known] = UNKNOWN
    return picture


def wheel_picture(size=151, *, wheel="middlebury"):
    """The wheel itself: each pixel coloured by its own offset from the centre; white outside.

    Returns
    -------
    uint8 array, shape (size, size, 3)
    """
    radius = (size - 1) / 2
    y, x = np.mgrid[:size, :size] - radius
    outside = np.hypot(x, y) > radius
    picture = flow_to_color(np.stack([x, y]), max_speed=radius, wheel=wheel)
    picture[outside] = 255
    return picture
