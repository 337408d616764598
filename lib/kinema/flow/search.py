"""Flow without calculus: look for the same brightness nearby.

The problem as the lecture first states it, and why it needs more than one pixel: see how many
places match equally well.
"""

from typing import Any, NamedTuple

from kinema.arrays import namespace
from kinema.checks import check_pair, check_window


class Match(NamedTuple):
    """What a search found: see `match_pixel`."""

    flow: tuple
    ties: int
    cost: Any


def match_pixel(I0, I1, point, *, radius, patch=1, tolerance=1e-6, channel_axis=None):
    """Best integer motion of one pixel, by trying all within `radius`.

    Parameters
    ----------
    I0, I1 : array, shape (H, W), or with a colour axis when `channel_axis` is named
    point : (x, y) of int
        Pixel of `I0`, with its patch inside the frame.
    radius : int
        Largest |u| and |v| tried, pixels.
    patch : int, odd
        Side of the compared patch; 1 compares the pixel alone.
    tolerance : float
        Costs this close to the best count as tied. Brightness².
    channel_axis : int or None
        Colour axis; channels are compared one by one, so red does not equal green.

    Returns
    -------
    flow : (int, int)
        (u, v) of the lowest cost; among ties the shortest.
    ties : int
        How many candidates reach that cost. 1 means the answer is unique.
    cost : array, shape (2 radius + 1, 2 radius + 1)
        Mean squared difference; row v + radius, column u + radius. Infinite where the patch would
        leave the frame.

    Raises
    ------
    ValueError
        If the patch around `point` leaves the frame.
    """
    xp = namespace(I0, I1)
    check_window(patch, "patch")
    if isinstance(radius, bool) or not hasattr(radius, "__index__") or radius < 0:
        raise ValueError(f"radius must be an integer >= 0, got {radius!r}")
    patch, radius = int(patch), int(radius)
    I0, I1 = check_pair(I0, I1, channel_axis=channel_axis, min_size=patch)
    if I0.ndim != (2 if channel_axis is None else 3):
        raise ValueError(f"I0 has shape {tuple(I0.shape)}: a search compares one pair of frames, not a batch")
    if any(float(c) != float(c) // 1 for c in point):
        raise ValueError(f"point must be whole pixels (x, y), got {tuple(point)}: the search has no sub-pixel answer")
    x, y = (int(c) for c in point)
    half = patch // 2
    height, width = I0.shape[-2:]

    def window(image, x, y):
        if not (half <= x < width - half and half <= y < height - half):
            return None
        return image[..., y - half : y + half + 1, x - half : x + half + 1]

    source = window(I0, x, y)
    if source is None:
        raise ValueError(
            f"point = ({x}, {y}) needs a {patch} x {patch} patch inside the {width} x {height} frame: points are (x, y)"
        )
    reach = range(-radius, radius + 1)
    rows = []
    for v in reach:
        row = []
        for u in reach:
            target = window(I1, x + u, y + v)
            row.append(float("inf") if target is None else float(xp.mean((source - target) ** 2)))
        rows.append(row)
    best = min(min(row) for row in rows)
    tied = [(u, v) for v in reach for u in reach if rows[v + radius][u + radius] <= best + tolerance]
    best_flow = min(tied, key=lambda d: (d[0] ** 2 + d[1] ** 2, d))
    return Match(best_flow, len(tied), xp.asarray(rows, dtype=I0.dtype, device=I0.device))
