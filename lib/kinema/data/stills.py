"""Filmed frames under an exactly known sub-pixel motion, without interpolation.

Blur one large frame, crop it twice, a whole number of pixels apart, and average both crops down by
the same factor: the small frames differ by shift / factor pixels, exactly, and still are photographs.
"""

import numpy as np

from kinema.data.synthetic import MovingPair, translation_flow
from kinema.filters import gaussian_blur


def shifted_still(image, shift, *, factor=3, blur=None, dtype=np.float64):
    """A pair of small frames cut from one photograph, with known uniform motion.

    Parameters
    ----------
    image : array, shape (H, W) or (H, W, 3)
        Integers are scaled to [0, 1].
    shift : (int, int)
        Motion (right, down) in whole pixels of `image`.
    factor : int
        Each `factor` x `factor` block becomes one pixel.
    blur : float or None
        Standard deviation of a Gaussian on the large image, in its pixels; None takes `factor`,
        which keeps detail finer than the small pixels from aliasing. 0 leaves it out.
    dtype : floating-point numpy dtype

    Returns
    -------
    MovingPair
        Frames of shape (h, w), or (h, w, 3) for colour; flow (2, h, w) = shift / factor everywhere.

    Raises
    ------
    ValueError
        If shift is not whole, or the image is too small for it.
    """
    image = np.asarray(image)
    if np.issubdtype(image.dtype, np.integer):
        image = image / np.iinfo(image.dtype).max
    if image.ndim not in (2, 3):
        raise ValueError(f"image has shape {image.shape}, expected (H, W) or (H, W, 3)")
    blur = float(factor) if blur is None else blur
    if blur > 0:
        planes = np.moveaxis(image, -1, 0) if image.ndim == 3 else image
        planes = gaussian_blur(planes.astype(np.float64), blur)
        image = np.moveaxis(planes, 0, -1) if image.ndim == 3 else planes
    dx, dy = shift
    if (dx, dy) != (int(dx), int(dy)) or factor < 1:
        raise ValueError(f"shift must be whole pixels and factor at least 1, got {shift} and {factor}")
    height, width = ((n - abs(d)) // factor * factor for n, d in zip(image.shape[:2], (dy, dx), strict=True))
    if height < factor or width < factor:
        raise ValueError(f"image of {image.shape[:2]} pixels is too small for a shift of {shift} and a factor of {factor}")

    def crop(x, y):
        part = image[y : y + height, x : x + width]
        blocks = part.reshape(height // factor, factor, width // factor, factor, *part.shape[2:])
        return blocks.mean(axis=(1, 3)).astype(dtype)

    # I0(x) = I1(x + flow): what I0 shows at x, I1 shows to the right of it, so I1's crop lies further left.
    first, second = crop(max(dx, 0), max(dy, 0)), crop(max(-dx, 0), max(-dy, 0))
    flow = translation_flow(dx / factor, dy / factor, first.shape[:2]).astype(dtype)
    return MovingPair(first, second, flow)
