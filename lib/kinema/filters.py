"""Small separable filters, which the array API standard lacks.

Written as sums of shifted slices: no loop over pixels, differentiable under torch, one code on
every backend. Correlation, not convolution: taps are not flipped.
"""

import math

from kinema.arrays import namespace
from kinema.checks import check_choice, check_window

BOUNDARIES = ("zero", "edge", "reflect")


def pad_axis(x, before, after, axis, boundary):
    """Extend `x` along `axis` by `before` and `after` samples.

    `boundary` is "zero", "edge" (repeat the last sample) or "reflect" (mirror without repeating it).
    """
    xp = namespace(x)
    check_choice(boundary, BOUNDARIES, "boundary")
    axis %= x.ndim
    size = x.shape[axis]
    if boundary == "reflect" and max(before, after) >= size:
        raise ValueError(f"cannot reflect {max(before, after)} samples of an axis of length {size}: use a smaller filter")

    def piece(index):
        return x[(slice(None),) * axis + (slice(index, index + 1), ...)]

    def zeros(count):
        shape = tuple(x.shape[:axis]) + (count,) + tuple(x.shape[axis + 1 :])
        return xp.zeros(shape, dtype=x.dtype, device=x.device)

    if boundary == "zero":
        left, right = [zeros(before)], [zeros(after)]
    elif boundary == "edge":
        left, right = [piece(0)] * before, [piece(size - 1)] * after
    else:
        left = [piece(k) for k in range(before, 0, -1)]
        right = [piece(size - 2 - k) for k in range(after)]
    return xp.concat([*left, x, *right], axis=axis)


def correlate1d(x, taps, axis, *, boundary="reflect"):
    """Correlate `x` with `taps` along one axis, keeping its shape.

    Parameters
    ----------
    x : floating-point array
    taps : sequence of float, odd length
        The centre tap meets the sample itself.
    axis : int
    boundary : {"reflect", "edge", "zero"}

    Returns
    -------
    array, shape of `x`
    """
    check_window(len(taps), "the number of taps")
    axis %= x.ndim
    radius, size = len(taps) // 2, x.shape[axis]
    padded = pad_axis(x, radius, radius, axis, boundary)
    total = None
    for k, tap in enumerate(taps):
        if tap == 0:
            continue
        term = padded[(slice(None),) * axis + (slice(k, k + size), ...)] * tap
        total = term if total is None else total + term
    return x * 0 if total is None else total


def gaussian_taps(sigma, radius=None):
    """Samples of a Gaussian of standard deviation `sigma` pixels, summing to 1, cut at 3 sigma."""
    if not 0 < sigma < math.inf:
        raise ValueError(f"sigma must be positive and finite, in pixels, got {sigma}")
    radius = math.ceil(3 * sigma) if radius is None else radius
    taps = [math.exp(-0.5 * (k / sigma) ** 2) for k in range(-radius, radius + 1)]
    return [t / sum(taps) for t in taps]


def check_blur(sigma, shape):
    """Refuse a Gaussian that reaches further than a frame of `shape` can be mirrored; 0 stands for none."""
    reach = len(gaussian_taps(sigma)) // 2 if sigma > 0 else 0
    height, width = shape[-2:]
    if reach >= min(height, width):
        raise ValueError(
            f"blur of {sigma} reaches {reach} pixels, more than a frame of {height} x {width} can mirror: blur less"
        )


def gaussian_blur(image, sigma):
    """Blur the last two axes of `image` by a Gaussian of `sigma` pixels, mirrored at the border."""
    check_blur(sigma, image.shape)
    taps = gaussian_taps(sigma)
    return correlate1d(correlate1d(image, taps, -1), taps, -2)


def window_taps(window, weights="box"):
    """One axis of a `window` x `window` weighting: all ones, or a Gaussian with a peak of 1.

    The Gaussian's standard deviation is window / 5, so that the rim of the window weighs little.
    """
    check_window(window)
    check_choice(weights, ("box", "gaussian"), "weights")
    if weights == "box":
        return [1.0] * window
    taps = gaussian_taps(window / 5, radius=window // 2)
    return [t / max(taps) for t in taps]


def window_sum(x, window, weights="box"):
    """Weighted sum over the window centred at each pixel of the last two axes.

    Pixels outside the frame count nothing: a window at the border has fewer equations, not
    invented ones.
    """
    taps = window_taps(window, weights)
    return correlate1d(correlate1d(x, taps, -1, boundary="zero"), taps, -2, boundary="zero")


def median_network(count):
    """Compare-exchange steps that bring the median of `count` values (odd) to the middle wire.

    Batcher's odd-even merge sort, less the steps that the middle wire never hears of. Two wires
    (i, j), i < j, are replaced by their smaller and their larger value.

    References
    ----------
    Batcher (1968), "Sorting networks and their applications".
    """
    check_window(count, "count")
    steps, size = [], 1
    while size < count:
        stride = size
        while stride >= 1:
            for start in range(stride % size, count - stride, 2 * stride):
                for i in range(start, min(start + stride, count - stride)):
                    if i // (2 * size) == (i + stride) // (2 * size):
                        steps.append((i, i + stride))
            stride //= 2
        size *= 2
    needed, kept = {count // 2}, []
    for i, j in reversed(steps):
        if i in needed or j in needed:
            kept.append((i, j))
            needed |= {i, j}
    return tuple(reversed(kept))


def median_filter(image, window):
    """Median over the `window` x `window` pixels around each pixel of the last two axes.

    Beyond the border the nearest pixel is repeated.

    Parameters
    ----------
    image : floating-point array, shape (..., H, W)
    window : int, odd

    Returns
    -------
    array, shape of `image`
    """
    check_window(window)
    xp, radius = namespace(image), window // 2
    height, width = image.shape[-2:]
    padded = pad_axis(pad_axis(image, radius, radius, -1, "edge"), radius, radius, -2, "edge")
    wires = [padded[..., j : j + height, k : k + width] for j in range(window) for k in range(window)]
    for i, j in median_network(window * window):
        wires[i], wires[j] = xp.minimum(wires[i], wires[j]), xp.maximum(wires[i], wires[j])
    return wires[len(wires) // 2]
