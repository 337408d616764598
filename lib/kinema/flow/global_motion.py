"""The motion of a whole frame, coarse to fine: direct, parametric, robust.

Per pyramid level: lay I1 over I0 by the motion so far, fit the small motion that is left with the flow equation,
compose the two, repeat. The coarsest level starts with a translation. I0 is the image that is
differentiated, once per level, since only I1 is warped. Pixels that the motion does not explain (things that move
by themselves, flickering lights) lose their vote: their residual is far outside the spread of the others.

Bergen, Anandan, Hanna & Hingorani (1992); Odobez & Bouthemy (1995) for the robust weights; Baker & Matthews (2004)
for the composition.
"""

import math
from typing import Any, NamedTuple

from kinema.arrays import is_floating, namespace
from kinema.checks import check_choice, check_count, check_pair
from kinema.flow.derivatives import derivatives
from kinema.flow.homography import frame_centre, frame_corners, homography_flow, matrix_of_rows, transform_points
from kinema.flow.motion_fit import fit_motion
from kinema.flow.motion_models import check_model, matrix_of, parameters_of
from kinema.flow.pyramid import count_levels, gaussian_pyramid
from kinema.flow.warping import lands_inside, warp

ROBUST = ("geman_mcclure", "tukey")
SMALLEST_SIDE = 16


class LevelRecord(NamedTuple):
    """What happened on one pyramid level."""

    level: int
    """0 is the full frame."""
    parameters: Any
    """Motion at the end of the level, in its own pixels, about the full frame's centre."""
    steps: list
    """How far each iteration moved the corner that it moved most, pixels of this level."""
    residuals: list
    """Spread of the brightness residual before each iteration (see `residual_scale`)."""


class MotionEstimate(NamedTuple):
    """What `estimate_motion` found."""

    parameters: Any
    matrix: Any
    weights: Any
    history: list
    converged: bool


def robust_weights(residual, *, scale, kind="geman_mcclure"):
    """How much a pixel counts, from how badly the motion explains it.

    Parameters
    ----------
    residual : floating-point array
    scale : float or array
        Standard deviation of the residuals that belong, same unit; see `residual_scale`.
    kind : {"geman_mcclure", "tukey"}
        ``1 / (1 + (r / 2 s)²)²``, which is never 0; or ``(1 - (r / 4.685 s)²)²``, which is 0 beyond 4.685 s.

    Returns
    -------
    array, shape of `residual`
        In [0, 1]; 0 where the residual is NaN.

    Raises
    ------
    ValueError
        If `scale` is not positive, or `kind` unknown.
    """
    xp = namespace(residual)
    check_choice(kind, ROBUST, "kind")
    if not bool(xp.all(xp.asarray(scale) > 0)):
        raise ValueError("scale must be positive: residuals are judged in units of it (see residual_scale)")
    known = xp.isfinite(residual)
    r = xp.where(known, residual, xp.zeros_like(residual)) / scale
    if kind == "tukey":
        inner = xp.clip(1 - (r / 4.685) ** 2, 0, 1)
        w = inner * inner
    else:
        w = 1 / (1 + (r / 2) ** 2) ** 2
    return xp.where(known, w, xp.zeros_like(w))


def residual_scale(residual, slope):
    """Spread of the residuals of the pixels that have something to say.

    1.4826 times the median of ``|residual|``, the standard deviation of a Gaussian whatever the other half
    of the pixels does. Only pixels at least as steep as the root mean square `slope` count: a night sky fits
    every motion, and would make the spread so small that all else looks wrong.

    Parameters
    ----------
    residual, slope : floating-point array, one shape
        Brightness, and length of the brightness gradient per pixel. NaN takes no part.

    Returns
    -------
    float
        Brightness; at least what an error of 0.001 px makes on the mean slope. NaN if no pixel is known.
    """
    xp = namespace(residual, slope)
    known = xp.isfinite(residual) & xp.isfinite(slope)
    r, g = xp.abs(residual[known]), slope[known]
    if r.shape[0] == 0:
        return math.nan
    mean_slope = float(xp.sqrt(xp.mean(g * g)))
    r = xp.sort(r[g >= mean_slope * (1 - 1e-6)])
    return max(1.4826 * float(r[r.shape[0] // 2]), 1e-3 * mean_slope)


def _largest_move(matrix, shape):
    """Farthest that `matrix` moves a corner of the frame, pixels."""
    xp = namespace(matrix)
    corners = frame_corners(shape, like=matrix)
    move = transform_points(matrix, corners) - corners
    return float(xp.max(xp.sqrt(xp.sum(move * move, axis=-1))))


def _to_level(matrix, level):
    """Motion of the full frame in the pixels of `level`, each 2^level as wide; the reverse for a negative one."""
    s = 2.0**level
    down, up = (matrix_of_rows([[f, 0, 0], [0, f, 0], [0, 0, 1]], matrix) for f in (1 / s, s))
    return down @ matrix @ up


def _weigh(residual, slope, robust):
    """Weights of the pixels and the spread of their residuals."""
    xp = namespace(residual)
    scale = residual_scale(residual, slope)
    if robust is None or not scale > 0:
        return xp.astype(xp.isfinite(residual), residual.dtype), scale
    return robust_weights(residual, scale=scale, kind=robust), scale


def _refine(I0, I1, matrix, model, *, origin, focal, iterations, tolerance, robust):
    """Iterate on one level. Returns the motion, the final weights, the steps and the residual spreads."""
    xp = namespace(I0)
    Ix, Iy, _ = derivatives(I0, I0, gradient_of="I0")
    slope = xp.sqrt(Ix * Ix + Iy * Iy)
    steps, scales = [], []
    for _ in range(iterations):
        residual = _residual(I0, I1, matrix)
        weights, scale = _weigh(residual, slope, robust)
        fit = fit_motion(Ix, Iy, residual, model=model, weights=weights, origin=origin, focal=focal)
        increment = matrix_of(model, xp.astype(fit.parameters, matrix.dtype), origin=origin, focal=focal)
        matrix = matrix @ increment
        matrix = matrix / matrix[2, 2]
        steps.append(_largest_move(increment, I0.shape))
        scales.append(scale)
        if not steps[-1] > tolerance:
            break
    return matrix, _weigh(_residual(I0, I1, matrix), slope, robust)[0], steps, scales


def _residual(I0, I1, matrix):
    """I1 laid over I0 by the motion, minus I0; NaN where I1 shows nothing."""
    xp = namespace(I0)
    flow = homography_flow(matrix, I0.shape, like=I0)
    inside = lands_inside(flow)
    if int(xp.sum(xp.astype(inside, xp.int64))) < 0.05 * I0.shape[0] * I0.shape[1]:
        raise ValueError(
            "the frames overlap by less than 5 % under the motion found: the estimate ran away; give a better initial "
            "motion, more levels, or a model with fewer unknowns"
        )
    return warp(I1, flow, interpolation="bicubic") - I0


def estimate_motion(
    I0,
    I1,
    *,
    model="affine",
    levels=None,
    iterations=20,
    tolerance=1e-3,
    robust="geman_mcclure",
    initial=None,
    origin=None,
    focal=None,
):
    """The one motion that lays I1 over I0, coarse to fine.

    Parameters
    ----------
    I0, I1 : array, shape (H, W)
        Two gray frames, float in any unit or integers (scaled to [0, 1]).
    model : {"translation", "affine", "perspective", "rotation"}
        See `kinema.flow.motion_models`.
    levels : int or None
        Pyramid levels; None takes as many as keep the coarsest side at 16 pixels or more.
    iterations : int
        At most, on each level.
    tolerance : float
        A level is done when no corner moves by more than this, pixels of that level.
    robust : {"geman_mcclure", "tukey", None}
        How pixels that do not fit lose weight (see `robust_weights`); None is plain least squares. Tukey's forgets
        outliers for good, which now and then happens to the wrong pixels while the motion is still far off.
    initial : floating-point array, shape (3, 3), or None
        Where to start: a motion in pixel coordinates of the frame.
    origin : (float, float) or None
        (x, y) of the parameters' origin, pixels; None is the frame's centre. The matrix does not depend on it, except
        that a rotation's optical axis passes through it.
    focal : float or None
        Focal length, pixels; the rotation needs it.

    Returns
    -------
    parameters : array, shape (P,)
        About `origin`.
    matrix : array, shape (3, 3)
        In pixel coordinates: takes x of I0 to x + flow of I1 (`transform_points`, `homography_flow`).
    weights : array, shape (H, W)
        How each pixel of I0 counted in the end; 0 where I1 shows nothing, or something else.
    history : list of LevelRecord
        Coarsest level first.
    converged : bool
        Whether the finest level reached `tolerance`.

    Raises
    ------
    ValueError
        If the frames disagree, are no single gray pair, do not determine the motion (see `fit_motion`), or the estimate
        runs away until the frames no longer overlap.

    References
    ----------
    Bergen et al. (1992); Odobez & Bouthemy (1995), "Robust multiresolution estimation of parametric motion models".
    """
    xp = namespace(I0, I1, initial)
    check_model(model, focal)
    if robust is not None:
        check_choice(robust, ROBUST, "robust")
    check_count(iterations, "iterations")
    if not tolerance >= 0:
        raise ValueError(f"tolerance must be at least 0 pixels, got {tolerance}")
    I0, I1 = check_pair(I0, I1, min_size=8)
    if I0.ndim != 2:
        raise ValueError(f"I0 has shape {tuple(I0.shape)}: one motion belongs to one gray pair (H, W), not to a batch")
    levels = count_levels(*I0.shape, smallest=SMALLEST_SIDE) if levels is None else levels
    pyramids = gaussian_pyramid(I0, levels), gaussian_pyramid(I1, levels)
    origin = frame_centre(I0.shape) if origin is None else origin
    # The 3 x 3 matrices are float64 inside: a rounding of 1e-7 grows with the coordinates.
    matrix = xp.eye(3, dtype=xp.float64, device=I0.device)
    if initial is not None:
        if tuple(initial.shape) != (3, 3) or not is_floating(initial):
            raise ValueError(f"initial has shape {tuple(initial.shape)}, expected 3 x 3 floats (see matrix_of)")
        matrix = xp.astype(initial, xp.float64)
    history, weights = [], None
    for level in range(len(pyramids[0]) - 1, -1, -1):
        place = {"origin": tuple(c / 2**level for c in origin), "focal": None if focal is None else focal / 2**level}
        options = dict(place, iterations=iterations, tolerance=tolerance, robust=robust)
        frames, small = (pyramids[0][level], pyramids[1][level]), _to_level(matrix, level)
        if not history and model in ("affine", "perspective"):
            # The few pixels of the coarsest level settle where the frame went before they are asked how it bends.
            small = _refine(*frames, small, "translation", **options)[0]
        small, weights, steps, scales = _refine(*frames, small, model, **options)
        parameters = xp.astype(parameters_of(model, small, **place), I0.dtype)
        history.append(LevelRecord(level, parameters, steps, scales))
        matrix = _to_level(small, -level)
    last, matrix = history[-1], xp.astype(matrix / matrix[2, 2], I0.dtype)
    return MotionEstimate(last.parameters, matrix, weights, history, last.steps[-1] <= tolerance)
