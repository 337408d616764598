"""Images between their pixels: bilinear and bicubic sampling, which the array API standard lacks."""

from kinema.arrays import namespace


def sample_bilinear(image, x, y):
    """Value of `image` at real-valued positions.

    Parameters
    ----------
    image : floating-point array, shape (..., H, W)
    x, y : floating-point arrays of one shape S
        Column and row, pixels; (0, 0) is the centre of the first pixel.

    Returns
    -------
    values : array, shape (..., *S)
        Positions that are NaN give NaN; those outside the frame take the value of the nearest border point; ask
        `inside_frame` which ones those are.
    """
    xp = namespace(image, x, y)
    height, width = image.shape[-2:]
    nowhere = xp.isnan(x) | xp.isnan(y)
    x, y = (xp.where(nowhere, xp.zeros_like(c), c) for c in (x, y))
    x = xp.clip(x, 0, width - 1)
    y = xp.clip(y, 0, height - 1)
    x0 = xp.clip(xp.floor(x), 0, max(width - 2, 0))
    y0 = xp.clip(xp.floor(y), 0, max(height - 2, 0))
    fx, fy = x - x0, y - y0
    column, row = xp.astype(x0, xp.int64), xp.astype(y0, xp.int64)
    right, down = (1 if width > 1 else 0), (1 if height > 1 else 0)
    flat = xp.reshape(image, tuple(image.shape[:-2]) + (height * width,))

    def pixel(r, c):
        index = xp.reshape(r * width + c, (-1,))
        return xp.reshape(xp.take(flat, index, axis=-1), tuple(image.shape[:-2]) + tuple(x.shape))

    top = (1 - fx) * pixel(row, column) + fx * pixel(row, column + right)
    bottom = (1 - fx) * pixel(row + down, column) + fx * pixel(row + down, column + right)
    values = (1 - fy) * top + fy * bottom
    return xp.where(nowhere, xp.full_like(values, float("nan")), values)


def inside_frame(x, y, height, width):
    """Whether each position lies within the pixel centres of a `height` x `width` frame."""
    return (x >= 0) & (x <= width - 1) & (y >= 0) & (y <= height - 1)


def pixel_grid(height, width, *, like):
    """Coordinates x (columns) and y (rows) of every pixel, shape (H, W), in the dtype of `like`."""
    xp = namespace(like)
    x = xp.arange(width, dtype=like.dtype, device=like.device)
    y = xp.arange(height, dtype=like.dtype, device=like.device)
    zeros = xp.zeros((height, width), dtype=like.dtype, device=like.device)
    return zeros + x[None, :], zeros + y[:, None]


def _keys_weights(t):
    """Weights of the four neighbours at -1, 0, 1, 2 for a position `t` in [0, 1) past the second (Keys 1981, a = -1/2)."""
    return (
        ((-0.5 * t + 1.0) * t - 0.5) * t,
        (1.5 * t - 2.5) * t * t + 1.0,
        ((-1.5 * t + 2.0) * t + 0.5) * t,
        (0.5 * t - 0.5) * t * t,
    )


def sample_bicubic(image, x, y):
    """Value of `image` at real-valued positions by cubic convolution over 4 x 4 pixels.

    Parameters
    ----------
    image : floating-point array, shape (..., H, W)
    x, y : floating-point arrays of one shape S
        Column and row, pixels.

    Returns
    -------
    values : array, shape (..., *S)
        As `sample_bilinear`: NaN positions give NaN, those outside the frame the nearest border
        point. Neighbours beyond the border repeat the border pixel.

    References
    ----------
    Keys (1981), "Cubic convolution interpolation for digital image processing", eq. (15), a = -1/2: the
    one value that is exact on parabolas. (torch's and OpenCV's bicubic take a = -3/4.)
    """
    xp = namespace(image, x, y)
    height, width = image.shape[-2:]
    nowhere = xp.isnan(x) | xp.isnan(y)
    x, y = (xp.where(nowhere, xp.zeros_like(c), c) for c in (x, y))
    x = xp.clip(x, 0, width - 1)
    y = xp.clip(y, 0, height - 1)
    x0, y0 = xp.floor(x), xp.floor(y)
    wx, wy = _keys_weights(x - x0), _keys_weights(y - y0)
    column, row = xp.astype(x0, xp.int64), xp.astype(y0, xp.int64)
    flat = xp.reshape(image, tuple(image.shape[:-2]) + (height * width,))
    total = None
    for j in range(4):
        rows = xp.clip(row + (j - 1), 0, height - 1) * width
        line = None
        for k in range(4):
            index = xp.reshape(rows + xp.clip(column + (k - 1), 0, width - 1), (-1,))
            pixels = xp.reshape(xp.take(flat, index, axis=-1), tuple(image.shape[:-2]) + tuple(x.shape))
            line = wx[k] * pixels if line is None else line + wx[k] * pixels
        total = wy[j] * line if total is None else total + wy[j] * line
    return xp.where(nowhere, xp.full_like(total, float("nan")), total)
