"""Brightness derivatives of a frame pair, and the flow equation that joins them.

Lucas & Kanade (1981); Horn & Schunck (1981). The lecture differentiates its second
frame; which frame is differentiated changes the estimate, so it is always said aloud here.
"""

from kinema.arrays import namespace
from kinema.checks import check_choice, check_pair, check_same_shape
from kinema.filters import correlate1d

GRADIENT_OF = ("I1", "I0", "mean")
KERNELS = ("central", "five_point", "sobel")


def central_difference(image, axis):
    """Central difference inside, one-sided difference at the two ends: exact on linear ramps."""
    xp = namespace(image)
    axis %= image.ndim

    def part(start, stop):
        return image[(slice(None),) * axis + (slice(start, stop), ...)]

    size = image.shape[axis]
    first = part(1, 2) - part(0, 1)
    last = part(size - 1, size) - part(size - 2, size - 1)
    inner = (part(2, size) - part(0, size - 2)) / 2
    return xp.concat([first, inner, last], axis=axis)


def five_point(image, axis):
    """Fourth-order difference (1, -8, 0, 8, -1) / 12; the two outermost samples use `central_difference`."""
    xp = namespace(image)
    axis %= image.ndim
    low = central_difference(image, axis)
    size = image.shape[axis]
    if size < 5:
        return low

    def part(x, start, stop):
        return x[(slice(None),) * axis + (slice(start, stop), ...)]

    inner = (
        part(image, 0, size - 4) - 8 * part(image, 1, size - 3) + 8 * part(image, 3, size - 1) - part(image, 4, size)
    ) / 12
    return xp.concat([part(low, 0, 2), inner, part(low, size - 2, size)], axis=axis)


def _sobel(image, axis):
    """Central difference smoothed (1, 2, 1) / 4 across: a Sobel filter divided by its 8."""
    other = -1 if axis in (-2, image.ndim - 2) else -2
    return correlate1d(central_difference(image, axis), (0.25, 0.5, 0.25), other, boundary="edge")


_DIFFERENCE = {"central": central_difference, "five_point": five_point, "sobel": _sobel}


def derivatives(I0, I1, *, gradient_of="I1", kernel="central", channel_axis=None):
    """Derivatives of brightness along x, y and time.

    Parameters
    ----------
    I0, I1 : array, shape (..., H, W)
        Two gray frames; leading axes are a batch. Integers are scaled to [0, 1] as float32.
    gradient_of : {"I1", "I0", "mean"}
        The image that is differentiated in space. "I1" is the lecture's Taylor expansion; "mean"
        averages both frames, which makes the estimate symmetric in time.
    kernel : {"central", "five_point", "sobel"}
        (I[x+1] - I[x-1]) / 2; the fourth-order (1, -8, 0, 8, -1) / 12; or the Sobel filter
        divided by 8. All are exact on a linear ramp, the border included.
    channel_axis : int or None
        Colour axis. It stays where it was.

    Returns
    -------
    Ix, Iy : array, shape of `I0`
        Brightness per pixel, along columns (right) and rows (down).
    It : array, shape of `I0`
        ``I1 - I0``, brightness per frame.

    Raises
    ------
    ValueError
        If the frames differ in shape or dtype, are smaller than 3 x 3, contain NaN, or look like
        colour without `channel_axis`.

    References
    ----------
    Lucas & Kanade (1981); Horn & Schunck (1981) state the flow equation.
    """
    xp = namespace(I0, I1)
    check_choice(gradient_of, GRADIENT_OF, "gradient_of")
    check_choice(kernel, KERNELS, "kernel")
    I0, I1 = check_pair(I0, I1, channel_axis=channel_axis, min_size=3)
    image = {"I0": I0, "I1": I1, "mean": (I0 + I1) / 2}[gradient_of]
    difference = _DIFFERENCE[kernel]
    parts = difference(image, -1), difference(image, -2), I1 - I0
    if channel_axis is not None:
        parts = tuple(xp.moveaxis(p, 0, channel_axis) for p in parts)
    return parts


def flow_equation_residual(Ix, Iy, It, flow):
    """Left side of the flow equation, ``Ix u + Iy v + It``: zero where `flow` explains the pixel.

    Parameters
    ----------
    Ix, Iy, It : array, shape (..., H, W)
    flow : array, shape (..., 2, H, W)
        u (right) and v (down), pixels/frame.

    Returns
    -------
    array, shape (..., H, W)
        Brightness per frame left unexplained.
    """
    check_same_shape(Ix=Ix, Iy=Iy, It=It)
    namespace(Ix, flow)
    if flow.ndim < 3 or flow.shape[-3] != 2 or tuple(flow.shape[-2:]) != tuple(Ix.shape[-2:]):
        raise ValueError(f"flow has shape {tuple(flow.shape)}, expected (..., 2, {Ix.shape[-2]}, {Ix.shape[-1]})")
    return Ix * flow[..., 0, :, :] + Iy * flow[..., 1, :, :] + It
