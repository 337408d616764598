"""Parameters of one motion from the derivatives of a frame: least squares of the flow equation.

Every pixel gives one equation, ``Ix u(a) + Iy v(a) = -It``, linear in the parameters a of the motion models
(`kinema.flow.motion_models`). Bergen, Anandan, Hanna & Hingorani (1992).
"""

import math
from typing import Any, NamedTuple

from kinema.arrays import namespace
from kinema.checks import check_finite, check_same_shape
from kinema.flow.motion_models import UNKNOWNS, basis_at, centred_grid, check_model

# With coordinates counted in units of s pixels, a parameter that multiplies a power n of them is s^n times larger.
_POWERS = {
    "translation": (0, 0),
    "affine": (0, 1, 1, 0, 1, 1),
    "perspective": (0, 1, 1, 0, 1, 1, 2, 2),
    "rotation": (1, 1, 1),
}


class MotionFit(NamedTuple):
    """What one least-squares fit says: see `fit_motion`."""

    parameters: Any
    covariance: Any
    residual: float
    condition: float


def _check_derivatives(Ix, Iy, It, weights):
    """Derivatives of one frame with the pixels of weight 0 blanked, and the weights."""
    check_same_shape(Ix=Ix, Iy=Iy, It=It)
    xp = namespace(Ix, weights)
    if Ix.ndim != 2:
        raise ValueError(f"Ix has shape {tuple(Ix.shape)}: one motion is fitted to one frame (H, W), not to a batch")
    if weights is None:
        weights = xp.ones_like(Ix)
    else:
        if tuple(weights.shape) != tuple(Ix.shape):
            raise ValueError(f"weights has shape {tuple(weights.shape)} but Ix has {tuple(Ix.shape)}: they must agree")
        weights = check_finite(xp.astype(weights, Ix.dtype), "weights")
        if bool(xp.any(weights < 0)):
            raise ValueError("weights holds negative numbers: a pixel counts 0 or more")
    seen = weights > 0
    parts = tuple(xp.where(seen, part, xp.zeros_like(part)) for part in (Ix, Iy, It))
    for name, part in zip(("Ix", "Iy", "It"), parts, strict=True):
        if not bool(xp.all(xp.isfinite(part))):
            raise ValueError(f"{name} contains NaN or infinity: give those pixels weight 0")
    return *parts, weights


def motion_system(Ix, Iy, It, *, model="affine", origin=None, scale=1.0, focal=None):
    """The overdetermined system ``A a = b``, one flow equation per pixel: ``Ix u(a) + Iy v(a) = -It``.

    Parameters
    ----------
    Ix, Iy, It : floating-point array, shape (H, W)
        As `derivatives` returns them.
    model, origin, focal
        As in `motion_field`; perspective and rotation take their instantaneous field, which is linear.
    scale : float
        Unit of the coordinates, pixels. It changes nothing but the condition of A^T A: with raw coordinates
        (origin (0, 0), scale 1) the columns differ in size by hundreds, with the frame's centre
        and half its longer side they are all near 1.

    Returns
    -------
    A : array, shape (H W, P)
        Row by row over the frame.
    b : array, shape (H W,)
        -It.
    """
    check_same_shape(Ix=Ix, Iy=Iy, It=It)
    check_model(model, focal)
    if Ix.ndim != 2:
        raise ValueError(f"Ix has shape {tuple(Ix.shape)}: one motion is fitted to one frame (H, W), not to a batch")
    if not scale > 0:
        raise ValueError(f"scale must be a positive number of pixels, got {scale!r}")
    xp = namespace(Ix)
    x, y = centred_grid(Ix.shape, origin, Ix)
    basis = basis_at(model, x / scale, y / scale, None if focal is None else focal / scale)
    columns = Ix * basis[:, 0, ...] + Iy * basis[:, 1, ...]  # (P, H, W)
    return xp.matrix_transpose(xp.reshape(columns, (columns.shape[0], -1))), -xp.reshape(It, (-1,))


def fit_motion(Ix, Iy, It, *, model="affine", weights=None, origin=None, focal=None):
    """Parameters that explain a frame's derivatives best, in the sense of least squares.

    The lecture's ``Err(a) = sum (Ix u(a) + Iy v(a) + It)²``: one step, right for motions up to about a pixel. See
    `estimate_motion` for larger ones.

    Parameters
    ----------
    Ix, Iy, It : floating-point array, shape (H, W)
        As `derivatives` returns them.
    model : {"translation", "affine", "perspective", "rotation"}
        Perspective and rotation enter by their instantaneous field, which is linear in the parameters.
    weights : array, shape (H, W), or None
        How each pixel counts; one of weight 0 takes no part, and may be NaN. Twice the weight says half the variance:
        only their ratios change the parameters, but `residual` is that of an equation of weight 1.
    origin : (float, float) or None
        (x, y) of the parameters' origin, pixels; None is the frame's centre.
    focal : float or None
        Focal length, pixels; the rotation needs it.

    Returns
    -------
    parameters : array, shape (P,)
    covariance : array, shape (P, P)
        residual variance x (A^T W A)^-1. It takes the errors of the equations for independent, all in It, and of
        variance in inverse proportion to the weights: an optimistic guide.
    residual : float
        Root of that variance: of the sum of weight x (A a - b)², over the number of pixels that count, less P.
        Brightness per frame.
    condition : float
        Condition number of A^T W A in coordinates scaled to half the longer side; see `motion_system`.

    Raises
    ------
    ValueError
        If the pixels do not determine all parameters (a flat frame, one straight edge), if shapes disagree, or a
        weight is negative.

    References
    ----------
    Bergen, Anandan, Hanna & Hingorani (1992), "Hierarchical model-based motion estimation".
    """
    xp = namespace(Ix, Iy, It, weights)
    check_model(model, focal)
    Ix, Iy, It, weights = _check_derivatives(Ix, Iy, It, weights)
    scale = max(*Ix.shape, 2) / 2
    A, b = motion_system(Ix, Iy, It, model=model, origin=origin, scale=scale, focal=focal)
    # float64, for thousands of products are summed and the sums solved.
    A, b, w = (xp.astype(part, xp.float64) for part in (A, b, xp.reshape(weights, (-1,))))
    normal, right = xp.matrix_transpose(A) @ (w[:, None] * A), xp.matrix_transpose(A) @ (w * b)
    condition, unknowns = _condition(normal), UNKNOWNS[model]
    count = int(xp.sum(xp.astype(w > 0, xp.int64)))
    if count <= unknowns or not condition < 1e10:
        raise ValueError(
            f"{count} pixels do not determine the {unknowns} unknowns of {model!r} (condition {condition:.1e}): the "
            "frame is flat or shows one edge; take a model with fewer unknowns or a frame with more texture"
        )
    inverse = xp.linalg.inv(normal)
    a = inverse @ right
    error = A @ a - b
    variance = xp.sum(w * error * error) / (count - unknowns)
    unit = xp.asarray([scale**-n for n in _POWERS[model]], dtype=xp.float64, device=Ix.device)
    covariance = variance * inverse * unit[:, None] * unit[None, :]
    parameters, covariance = (xp.astype(result, Ix.dtype) for result in (a * unit, covariance))
    return MotionFit(parameters, covariance, math.sqrt(float(variance)), condition)


def _condition(normal):
    """Largest over smallest eigenvalue of a symmetric matrix; infinite if it is not positive definite."""
    values = namespace(normal).linalg.eigvalsh(normal)
    smallest, largest = float(values[0]), float(values[-1])
    return largest / smallest if smallest > 0 else math.inf
