"""Colours by how different they look: CIELAB, in which equal steps look about equally large.

IEC 61966-2-1 (sRGB) and CIE 15, white point D65. L is lightness from 0 to 100, a runs from green to
red, b from blue to yellow; the distance of two colours is Euclidean (delta E of 1976).
"""

import numpy as np

# Linear sRGB to CIE XYZ.
_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
_WHITE = _XYZ.sum(axis=1)
_EDGE = 6 / 29  # below its cube the cube root is replaced by a straight line


def to_lab(rgb):
    """CIELAB of sRGB colours in [0, 1], arrays of shape (..., 3)."""
    rgb = np.asarray(rgb, np.float64)
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    t = linear @ _XYZ.T / _WHITE
    fx, fy, fz = np.moveaxis(np.where(t > _EDGE**3, np.cbrt(t), t / (3 * _EDGE**2) + 4 / 29), -1, 0)
    return np.stack([116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)], axis=-1)


def from_lab(lab):
    """sRGB colours of CIELAB, clipped to [0, 1]: not every (L, a, b) can be shown."""
    L, a, b = np.moveaxis(np.asarray(lab, np.float64), -1, 0)
    f = np.stack([(L + 16) / 116 + a / 500, (L + 16) / 116, (L + 16) / 116 - b / 200], axis=-1)
    xyz = np.where(f > _EDGE, f**3, 3 * _EDGE**2 * (f - 4 / 29)) * _WHITE
    linear = np.clip(xyz @ np.linalg.inv(_XYZ).T, 0, 1)
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def even_path(corners, count):
    """`count` colours along straight lines through CIELAB `corners`, at equal distances from each other.

    Parameters
    ----------
    corners : array, shape (N, 3)
        L, a, b. For a closed path the last corner repeats the first.
    count : int

    Returns
    -------
    array, shape (count, 3)
        sRGB in [0, 1], both ends included.
    """
    corners = np.asarray(corners, np.float64)
    reached = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(corners, axis=0), axis=1))])
    at = np.linspace(0, reached[-1], count)
    return from_lab(np.stack([np.interp(at, reached, column) for column in corners.T], axis=-1))
