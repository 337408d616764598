"""The second-moment matrix of a window of gradients, and its eigenvalues.

``M = sum grad I (grad I)^T`` over the window is Lucas & Kanade's A^T A. Its eigenvalues say, from
one image alone, how well that window can be tracked: Shi & Tomasi (1994), Harris & Stephens (1988).
"""

from kinema.arrays import namespace, safe_divide, safe_sqrt
from kinema.checks import check_field, check_same_shape, check_window
from kinema.filters import window_sum


def structure_tensor(Ix, Iy, *, window=5, weights="box", channel_axis=None):
    """Sums of gradient products over the window around each pixel.

    Parameters
    ----------
    Ix, Iy : floating-point array, shape (..., H, W)
        Spatial derivatives.
    window : int, odd
        Side of the square window, pixels. Windows at the border hold fewer pixels.
    weights : {"box", "gaussian"}
        Every pixel counts 1 (the lecture), or a Gaussian with peak 1 at the centre.
    channel_axis : int or None
        Colour axis; the channels' sums are added, which is the 75 x 2 system of the lecture.

    Returns
    -------
    Jxx, Jxy, Jyy : array, shape (..., H, W)
        Sums of Ix², Ix·Iy, Iy²: (brightness/pixel)², added over the window.

    Raises
    ------
    ValueError
        If the two differ in shape, contain NaN, are empty, or look like colour
        without `channel_axis`.

    References
    ----------
    Lucas & Kanade (1981), whose A^T A it is.
    """
    check_same_shape(Ix=Ix, Iy=Iy)
    check_window(window)
    check_field(Ix, "Ix", channel_axis=channel_axis)
    check_field(Iy, "Iy", channel_axis=channel_axis)
    return window_products((Ix, Ix), (Ix, Iy), (Iy, Iy), window=window, weights=weights, channel_axis=channel_axis)


def window_products(*pairs, window, weights, channel_axis=None):
    """Window sums of products, one for each pair of fields; colour channels are added up.

    `structure_tensor` takes the three products of the gradient with itself, Lucas–Kanade also the
    two with It.
    """
    xp = namespace(*(field for pair in pairs for field in pair))
    sums = []
    for a, b in pairs:
        product = a * b
        if channel_axis is not None:
            product = xp.sum(product, axis=channel_axis)
        sums.append(window_sum(product, window, weights))
    return tuple(sums)


def eigenvalues(Jxx, Jxy, Jyy):
    """Eigenvalues of the symmetric 2 x 2 matrix [[Jxx, Jxy], [Jxy, Jyy]], larger first.

    Returns
    -------
    lambda1, lambda2 : array, shape of `Jxx`
        lambda1 >= lambda2. For a structure tensor both are >= 0; a lambda2 within rounding of
        zero (16 units in the last place of lambda1) is zero.
    """
    xp = namespace(Jxx, Jxy, Jyy)
    check_same_shape(Jxx=Jxx, Jxy=Jxy, Jyy=Jyy)
    half_trace, half_difference = (Jxx + Jyy) / 2, (Jxx - Jyy) / 2
    radius = safe_sqrt(half_difference * half_difference + Jxy * Jxy)
    lambda2 = half_trace - radius
    # Cancellation can leave 1e-9 or -1e-9 on a perfect edge, where the truth is 0.
    lambda1 = half_trace + radius
    cut = 16 * float(xp.finfo(lambda1.dtype).eps) * xp.abs(lambda1)
    return lambda1, xp.where(xp.abs(lambda2) <= cut, xp.zeros_like(lambda2), lambda2)


def principal_direction(Jxx, Jxy, Jyy):
    """Unit eigenvector of the larger eigenvalue: the direction of fastest brightness change.

    Returns
    -------
    direction : array, shape (..., 2, H, W)
        (x, y) with x >= 0. The other eigenvector is orthogonal to it: (-y, x). Where both
        eigenvalues are equal every direction is right, and (1, 0) is returned.
    """
    xp = namespace(Jxx, Jxy, Jyy)
    check_same_shape(Jxx=Jxx, Jxy=Jxy, Jyy=Jyy)
    angle = xp.atan2(2 * Jxy, Jxx - Jyy) / 2
    return xp.stack([xp.cos(angle), xp.sin(angle)], axis=-3)


def condition_number(lambda1, lambda2):
    """Ratio lambda1 / lambda2 of A^T A; infinite where lambda2 is zero. (That of A is its root.)"""
    check_same_shape(lambda1=lambda1, lambda2=lambda2)
    return safe_divide(lambda1, lambda2, fill=float("inf"))
