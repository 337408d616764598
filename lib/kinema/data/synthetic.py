"""Frame pairs whose true flow is known exactly.

A pattern is a function of continuous position, brightness = pattern(x, y). The second frame
samples it on the pixel grid, the first at the displaced grid, so that ``I0(x) = I1(x + flow(x))``
holds to the last bit of the arithmetic: nothing is interpolated, and the flow need not be inverted.
"""

import math
from typing import NamedTuple

import numpy as np


class MovingPair(NamedTuple):
    """Two frames and the motion between them."""

    I0: np.ndarray
    """First frame, (H, W)."""
    I1: np.ndarray
    """Second frame, (H, W)."""
    flow: np.ndarray
    """True flow of every pixel of `I0`, (2, H, W): u (right), v (down), pixels/frame."""


def _grid(shape):
    height, width = shape
    if height < 1 or width < 1:
        raise ValueError(f"shape must be (height, width) with both at least 1, got {shape}")
    y, x = np.mgrid[:height, :width].astype(np.float64)
    return x, y


def moving_pair(pattern, flow, *, dtype=np.float64):
    """Two frames of `pattern` between which every pixel moves by `flow`.

    Parameters
    ----------
    pattern : callable
        ``pattern(x, y)`` gives brightness at real-valued columns and rows.
    flow : array, shape (2, H, W)
        Pixels/frame.
    dtype : floating-point numpy dtype
        Of the result; the arithmetic is float64 throughout.

    Returns
    -------
    MovingPair
    """
    flow = np.asarray(flow, dtype=np.float64)
    if flow.ndim != 3 or flow.shape[0] != 2:
        raise ValueError(f"flow has shape {flow.shape}, expected (2, H, W): see translation_flow")
    x, y = _grid(flow.shape[1:])
    I0 = np.asarray(pattern(x + flow[0], y + flow[1]), dtype)
    I1 = np.asarray(pattern(x, y), dtype)
    return MovingPair(I0, I1, flow.astype(dtype))


def translation_flow(u, v, shape):
    """Flow (2, H, W) of a frame that moves by (u, v) as a whole."""
    return np.stack([np.full(shape, float(u)), np.full(shape, float(v))])


def affine_flow(a, shape):
    """Flow with the six affine parameters ``u = a1 + a2 x + a3 y, v = a4 + a5 x + a6 y``.

    The origin is the frame's centre, so that a1 and a4 are the motion there.

    Parameters
    ----------
    a : sequence of 6 floats
        a1, a4 in pixels/frame; the others per frame.
    shape : (H, W)

    Returns
    -------
    array, shape (2, H, W)
    """
    if len(a) != 6:
        raise ValueError(f"an affine motion has 6 parameters, got {len(a)}")
    x, y = _grid(shape)
    x, y = x - (shape[1] - 1) / 2, y - (shape[0] - 1) / 2
    return np.stack([a[0] + a[1] * x + a[2] * y, a[3] + a[4] * x + a[5] * y])


def rotation_flow(degrees, shape):
    """Flow of a turn about the frame's centre, clockwise on the screen for positive angles."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return affine_flow((0.0, c - 1.0, -s, 0.0, s, c - 1.0), shape)


def texture_waves(seed=0, *, shortest=6.0, longest=40.0, waves=32):
    """The plane waves that `texture` adds up, for whoever samples it elsewhere.

    Parameters
    ----------
    seed, shortest, longest, waves
        As in `texture`.

    Returns
    -------
    array, shape (waves, 3)
        kx, ky (radians per pixel) and phase of each wave.
    """
    if not 0 < shortest <= longest:
        raise ValueError(f"need 0 < shortest <= longest, got {shortest} and {longest}")
    rng = np.random.default_rng(seed)
    wavelength = np.exp(rng.uniform(np.log(shortest), np.log(longest), waves))
    angle = rng.uniform(0, 2 * np.pi, waves)
    phase = rng.uniform(0, 2 * np.pi, waves)
    return np.stack([2 * np.pi / wavelength * np.cos(angle), 2 * np.pi / wavelength * np.sin(angle), phase], axis=1)


def texture(seed=0, *, shortest=6.0, longest=40.0, waves=32):
    """Random texture: plane waves of random direction and phase, brightness within [0, 1].

    Parameters
    ----------
    seed : int
    shortest, longest : float
        Range of wavelengths, pixels. Motion must stay well below half the shortest.
    waves : int
        How many are added up.

    Returns
    -------
    callable
        ``pattern(x, y)``. Smooth: every derivative exists.
    """
    rows = texture_waves(seed, shortest=shortest, longest=longest, waves=waves)

    def pattern(x, y):
        total = sum(np.cos(kx * x + ky * y + phase) for kx, ky, phase in rows)
        # The sum of `waves` unit cosines has a standard deviation of sqrt(waves / 2).
        return 0.5 + 0.5 * np.tanh(total / math.sqrt(2 * waves))

    return pattern


def grating(wavelength, degrees=0.0, *, contrast=1.0):
    """Parallel stripes. Their gradient points at `degrees` from the x axis towards y (clockwise)."""
    kx = 2 * math.pi / wavelength * math.cos(math.radians(degrees))
    ky = 2 * math.pi / wavelength * math.sin(math.radians(degrees))
    return lambda x, y: 0.5 + 0.5 * contrast * np.cos(kx * x + ky * y)


def edge(x0, y0, degrees=0.0, *, blur=2.0):
    """One straight edge through (x0, y0), dark to bright along `degrees`, `blur` pixels wide."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return lambda x, y: 0.5 + 0.5 * np.tanh(((x - x0) * c + (y - y0) * s) / blur)


def corner(x0, y0, degrees=0.0, *, blur=2.0):
    """A bright quarter plane with its corner at (x0, y0), opening towards `degrees` and a right angle on."""
    first, second = edge(x0, y0, degrees, blur=blur), edge(x0, y0, degrees + 90, blur=blur)
    return lambda x, y: first(x, y) * second(x, y)


def disc(x0, y0, radius, *, blur=1.5):
    """A bright disc on a dark ground with a rim `blur` pixels wide."""
    return lambda x, y: 0.5 - 0.5 * np.tanh((np.hypot(x - x0, y - y0) - radius) / blur)
