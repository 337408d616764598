"""Which arrays a function was given, and how frames become numbers.

The library asks its arguments for their namespace once (numpy, torch, CuPy, or any other
that follows the Python array API standard) and then computes in it: array type, dtype and
device in, the same out.
"""

import array_api_compat
import numpy as np


def namespace(*arrays):
    """Array namespace that all `arrays` share; `None` entries are skipped.

    Raises
    ------
    TypeError
        If an argument is no array, or if kinds are mixed (numpy with torch, say).
    """
    present = [a for a in arrays if a is not None]
    try:
        return array_api_compat.array_namespace(*present)
    except TypeError as error:
        kinds = ", ".join(f"{type(a).__module__}.{type(a).__name__}" for a in present)
        raise TypeError(
            f"expected arrays of one kind (all numpy, all torch or all CuPy), got {kinds}: "
            "convert them with numpy.asarray or torch.as_tensor first"
        ) from error


def is_floating(x):
    """Whether `x` holds real floating-point numbers."""
    return array_api_compat.array_namespace(x).isdtype(x.dtype, "real floating")


def to_intensity(image, name="image"):
    """Frame as floating-point brightness.

    Integers of 8 and 16 bits are divided by the largest value of their type, so that they land in
    [0, 1] as float32 *before* anything is subtracted: unsigned differences wrap
    around, these cannot. Floating-point frames pass through unchanged.

    Parameters
    ----------
    image : array, any shape
        Integer, boolean or floating-point brightness.
    name : str
        What to call it in an error.

    Returns
    -------
    array, shape of `image`
        Same namespace and device.

    Raises
    ------
    ValueError
        If `image` is complex, or holds integers of more than 16 bits.
    """
    xp = namespace(image)
    if is_floating(image):
        return image
    if xp.isdtype(image.dtype, "bool"):
        return xp.astype(image, xp.float32)
    if xp.isdtype(image.dtype, "integral"):
        limits = xp.iinfo(image.dtype)
        if limits.bits > 16:
            raise ValueError(
                f"{name} has dtype {image.dtype}, whose range says nothing about its brightness: "
                "convert it to uint8, uint16 or floating point in [0, 1]"
            )
        top = float(limits.max)
        return xp.astype(image, xp.float32) / top
    raise ValueError(f"{name} has dtype {image.dtype}: give integer or real floating-point brightness")


def to_numpy(x):
    """Copy of `x` as a numpy array on the host, detached from any graph.

    For what ends outside an array: pictures, files, slices. No flow or measure is computed through it.
    """
    if array_api_compat.is_torch_array(x):
        return x.detach().cpu().numpy()
    if array_api_compat.is_cupy_array(x):
        return x.get()
    return np.asarray(x)


def safe_sqrt(x):
    """Square root whose derivative is 0, not NaN, where `x` is 0 (torch's is NaN after a product)."""
    xp = namespace(x)
    flat = x <= 0  # false for NaN, which stays NaN
    return xp.where(flat, xp.zeros_like(x), xp.sqrt(xp.where(flat, xp.ones_like(x), x)))


def safe_hypot(x, y):
    """Length of (x, y), without overflow where its square would, and with derivative 0 where it is 0.

    The longer leg is taken out of the root: float32 holds lengths up to 3e38, but no square of more than 2e19.
    """
    xp = namespace(x, y)
    x, y = xp.abs(x), xp.abs(y)
    longer, shorter = xp.maximum(x, y), xp.minimum(x, y)
    ratio = safe_divide(shorter, longer)
    return longer * xp.sqrt(1 + ratio * ratio)


def safe_divide(numerator, denominator, fill=0.0):
    """Quotient where `denominator` is not 0, `fill` elsewhere, with no NaN in the derivative."""
    xp = namespace(numerator, denominator)
    nonzero = denominator != 0
    quotient = numerator / xp.where(nonzero, denominator, xp.ones_like(denominator))
    return xp.where(nonzero, quotient, xp.full_like(quotient, fill))
