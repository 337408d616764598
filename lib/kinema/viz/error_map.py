"""The end-point error as a picture: pale where the estimate is right, dark where it is wrong.

The colours follow each other at equal CIELAB distances and get darker all the way, so that their
order survives a grey print and any colour-vision deficiency; the hue, from straw by orange to wine,
only helps. Grey (128) is unknown.
"""

import numpy as np

from kinema.arrays import to_numpy
from kinema.metrics import endpoint_error
from kinema.viz.cielab import even_path
from kinema.viz.color_wheel import UNKNOWN

LEVELS = 256
_CORNERS = ((97, -2, 12), (80, 12, 45), (58, 42, 52), (36, 45, 22), (14, 24, -4))  # CIELAB


def error_colors():
    """The scale from no error to the largest shown, uint8 array of shape (256, 3)."""
    return np.rint(255 * even_path(_CORNERS, LEVELS)).astype(np.uint8)


def error_scale(error):
    """Error, in pixels, to draw darkest: the 99th percentile of the known ones; 1 if there is none.

    Not the largest: a single wild pixel would leave the rest pale.
    """
    known = error[np.isfinite(error)]
    return float(np.percentile(known, 99)) if known.size and known.max() > 0 else 1.0


def error_map(flow, truth, *, max_error=None):
    """Picture of the end-point error at each pixel.

    Parameters
    ----------
    flow, truth : floating-point array, shape (2, H, W)
        Pixels/frame.
    max_error : float or None
        Error drawn darkest, as are all larger ones; None takes the 99th percentile.

    Returns
    -------
    uint8 array, shape (H, W, 3)
        Grey where either field is not finite.

    Raises
    ------
    ValueError
        If the fields are no flows of one shape, or `max_error` is not positive.
    """
    error = to_numpy(endpoint_error(flow, truth)).astype(np.float64)
    if error.ndim != 2:
        raise ValueError(f"flow has shape {tuple(flow.shape)}, expected (2, H, W) with u first")
    if max_error is None:
        max_error = error_scale(error)
    elif not max_error > 0:
        raise ValueError(f"max_error must be positive, got {max_error}")
    known = np.isfinite(error)
    level = np.rint(np.clip(np.where(known, error, 0) / max_error, 0, 1) * (LEVELS - 1)).astype(int)
    picture = error_colors()[level]
    picture[~known] = UNKNOWN
    return picture
