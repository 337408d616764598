"""One motion for the whole frame: translation, affine, perspective, 3-D rotation.

A motion model says with a few numbers where every pixel goes; the lecture lists four.

=============  ========  =====================================================================
model          unknowns  motion of the pixel (x, y), counted from the origin
=============  ========  =====================================================================
translation    2         u = a1, v = a2
affine         6         u = a1 + a2 x + a3 y, v = a4 + a5 x + a6 y
perspective    8         x + u = (x + a1 + a2 x + a3 y) / (1 + a7 x + a8 y),
                         y + v = (y + a4 + a5 x + a6 y) / (1 + a7 x + a8 y)
rotation       3         a camera of known focal length turns by the rotation vector (w1, w2, w3)
=============  ========  =====================================================================

The origin is the frame's centre, ((W - 1) / 2, (H - 1) / 2), unless another one is named. Zero parameters
are no motion. As a 3 x 3 matrix (a homography with h33 = 1 for the first three) a motion takes the point x of I0 to
the point x + flow of I1; so ``warp(I1, motion_field(...))`` lays I1 over I0.

The rotation vector is the *camera's*: radians about its axes x (right), y (down) and z (forward), by the
right-hand rule, so positive w2 pans to the right and the picture moves left. With R its rotation and
K = diag(f, f, 1), the scene turns by the transpose and the homography is K R^T K^-1.

Bergen, Anandan, Hanna & Hingorani (1992); Longuet-Higgins & Prazdny (1980) for the rotational field.
"""

import math
from typing import Any, NamedTuple

import array_api_compat.numpy as numpy_namespace

from kinema.arrays import is_floating, namespace
from kinema.checks import check_choice, check_finite, check_same_shape
from kinema.sampling import pixel_grid

UNKNOWNS = {"translation": 2, "affine": 6, "perspective": 8, "rotation": 3}
"""Models and how many unknowns each has."""

# With coordinates counted in units of s pixels, a parameter that multiplies a power n of them is s^n times larger.
_POWERS = {
    "translation": (0, 0),
    "affine": (0, 1, 1, 0, 1, 1),
    "perspective": (0, 1, 1, 0, 1, 1, 2, 2),
    "rotation": (1, 1, 1),
}


def frame_centre(shape):
    """(x, y) of the middle of a frame of `shape` (H, W), pixels: the origin of the parameters by default."""
    height, width = shape[-2:]
    return (width - 1) / 2, (height - 1) / 2


# Checks


def _check_model(model, focal):
    check_choice(model, UNKNOWNS, "model")
    if model == "rotation" and (focal is None or not (focal > 0 and math.isfinite(focal))):
        raise ValueError(f"a rotation needs its camera's focal length: give focal in pixels, got {focal!r}")
    return model


def _check_origin(origin):
    if len(origin) != 2 or not all(math.isfinite(float(c)) for c in origin):
        raise ValueError(f"origin must be a point (x, y) in pixels, got {origin!r}")
    return float(origin[0]), float(origin[1])


def _check_parameters(model, parameters, like=None):
    """Parameters as an array; a plain sequence becomes one of `like`'s kind, numpy without it."""
    if isinstance(parameters, list | tuple):
        values = [float(a) for a in parameters]
        if like is None:
            parameters = numpy_namespace.asarray(values, dtype=numpy_namespace.float64)
        else:
            parameters = namespace(like).asarray(values, dtype=like.dtype, device=like.device)
    namespace(parameters, like)
    if tuple(parameters.shape) != (UNKNOWNS[model],):
        raise ValueError(
            f"parameters have shape {tuple(parameters.shape)}, but the model {model!r} has {UNKNOWNS[model]} unknowns"
        )
    if not is_floating(parameters):
        raise ValueError(f"parameters have dtype {parameters.dtype}: give floating point")
    return parameters


def _check_like(like):
    """`like`, whose dtype a flow takes: integers would cut its fractions off."""
    if not is_floating(like):
        raise ValueError(f"like has dtype {like.dtype}: a flow is floating point, so give an array that is")
    return like


def _check_matrix(matrix):
    namespace(matrix)
    if tuple(matrix.shape) != (3, 3) or not is_floating(matrix):
        raise ValueError(f"matrix has shape {tuple(matrix.shape)} and dtype {matrix.dtype}, expected 3 x 3 floats")
    return check_finite(matrix, "matrix")


# Small matrices


def _rows(rows, like):
    """Matrix from rows of numbers and 0-d arrays, in the namespace, dtype and device of `like`."""
    xp = namespace(like)

    def entry(e):
        return e if hasattr(e, "dtype") else xp.asarray(float(e), dtype=like.dtype, device=like.device)

    return xp.stack([xp.stack([entry(e) for e in row]) for row in rows])


def _shift(origin, like):
    """Matrix that adds `origin` to a point."""
    return _rows([[1, 0, origin[0]], [0, 1, origin[1]], [0, 0, 1]], like)


def _about(matrix, origin):
    """The motion `matrix`, whose coordinates count from `origin`, in the coordinates `origin` is given in."""
    x, y = origin
    return _shift((x, y), matrix) @ matrix @ _shift((-x, -y), matrix)


def rotation_matrix(vector):
    """Rotation by |vector| radians about the direction of `vector`, by the right-hand rule (Rodrigues).

    Parameters
    ----------
    vector : floating-point array, shape (3,)

    Returns
    -------
    array, shape (3, 3)
    """
    xp = namespace(vector)
    angle = xp.sqrt(xp.sum(vector * vector))
    tiny = angle < 1e-4  # there the first two terms of the series are exact to 1e-17
    safe = xp.where(tiny, xp.ones_like(angle), angle)
    s = xp.where(tiny, 1 - angle * angle / 6, xp.sin(safe) / safe)
    half = xp.sin(safe / 2) / safe
    c = xp.where(tiny, 0.5 - angle * angle / 24, 2 * half * half)  # (1 - cos) / angle², free of cancellation
    wx, wy, wz = vector[0], vector[1], vector[2]
    cross = _rows([[0, -wz, wy], [wz, 0, -wx], [-wy, wx, 0]], vector)
    return xp.eye(3, dtype=vector.dtype, device=vector.device) + s * cross + c * (cross @ cross)


def _rotation_vector(R):
    """Inverse of `rotation_matrix` for angles below half a turn."""
    xp = namespace(R)
    axis = xp.stack([R[2, 1] - R[1, 2], R[0, 2] - R[2, 0], R[1, 0] - R[0, 1]]) / 2
    sine = xp.sqrt(xp.sum(axis * axis))
    angle = xp.atan2(sine, (R[0, 0] + R[1, 1] + R[2, 2] - 1) / 2)
    tiny = sine < 1e-4
    factor = xp.where(tiny, 1 + sine * sine / 6, angle / xp.where(tiny, xp.ones_like(sine), sine))
    return axis * factor


def matrix_of(model, parameters, *, origin=(0.0, 0.0), focal=None):
    """The motion as a 3 x 3 matrix that takes (x, y, 1) of I0 to I1, up to scale.

    Parameters
    ----------
    model : {"translation", "affine", "perspective", "rotation"}
    parameters : floating-point array, shape (2,), (6,), (8,) or (3,), or a sequence of floats
        In the order of the table above.
    origin : (float, float)
        Where the origin of the parameters lies in the coordinates of the matrix. ``frame_centre(shape)`` gives
        the matrix in pixel coordinates of a frame; (0, 0) the one in the parameters' own coordinates.
    focal : float or None
        Focal length, pixels; the rotation needs it. Its optical axis passes through the origin.

    Returns
    -------
    array, shape (3, 3)
        Last entry 1 for parameters about (0, 0), except for a rotation, which has determinant 1.

    Raises
    ------
    ValueError
        If the model is unknown, the count of parameters is not its own, or a rotation has no focal length.
    """
    _check_model(model, focal)
    a = _check_parameters(model, parameters)
    xp = namespace(a)
    if model == "translation":
        rows = [[1, 0, a[0]], [0, 1, a[1]], [0, 0, 1]]
    elif model == "affine":
        rows = [[1 + a[1], a[2], a[0]], [a[4], 1 + a[5], a[3]], [0, 0, 1]]
    elif model == "perspective":
        rows = [[1 + a[1], a[2], a[0]], [a[4], 1 + a[5], a[3]], [a[6], a[7], 1]]
    else:
        turned = xp.matrix_transpose(rotation_matrix(a))
        K = _rows([[focal, 0, 0], [0, focal, 0], [0, 0, 1]], a)
        K_inverse = _rows([[1 / focal, 0, 0], [0, 1 / focal, 0], [0, 0, 1]], a)
        return _about(K @ turned @ K_inverse, _check_origin(origin))
    return _about(_rows(rows, a), _check_origin(origin))


def parameters_of(model, matrix, *, origin=(0.0, 0.0), focal=None):
    """Parameters of a motion given as a matrix: the inverse of `matrix_of`.

    Parameters
    ----------
    model, origin, focal
        As in `matrix_of`.
    matrix : floating-point array, shape (3, 3)
        Any multiple of it means the same.

    Returns
    -------
    array, shape (2,), (6,), (8,) or (3,)

    Raises
    ------
    ValueError
        If the matrix is no motion of this model (an affine one with perspective in it, say), or sends the origin
        to infinity.
    """
    _check_model(model, focal)
    x, y = _check_origin(origin)
    xp = namespace(_check_matrix(matrix))
    H = _about(matrix, (-x, -y))
    if model == "rotation":
        K = _rows([[focal, 0, 0], [0, focal, 0], [0, 0, 1]], H)
        K_inverse = _rows([[1 / focal, 0, 0], [0, 1 / focal, 0], [0, 0, 1]], H)
        turned = K_inverse @ H @ K
        determinant = xp.linalg.det(turned)
        turned = turned / (xp.sign(determinant) * xp.abs(determinant) ** (1 / 3))
        a = _rotation_vector(xp.matrix_transpose(turned))
        size = focal
    else:
        if not float(xp.abs(H[2, 2])) > 1e-9 * float(xp.max(xp.abs(H))):
            raise ValueError("matrix sends the origin to infinity: no parameters with h33 = 1; choose another origin")
        H = H / H[2, 2]
        order = {
            "translation": (H[0, 2], H[1, 2]),
            "affine": (H[0, 2], H[0, 0] - 1, H[0, 1], H[1, 2], H[1, 0], H[1, 1] - 1),
            "perspective": (H[0, 2], H[0, 0] - 1, H[0, 1], H[1, 2], H[1, 0], H[1, 1] - 1, H[2, 0], H[2, 1]),
        }
        a = xp.stack(order[model])
        size = max(abs(x), abs(y), 100.0)
    _check_represents(model, a, H, focal, size)
    return a


def _check_represents(model, a, H, focal, size):
    """Refuse `a` if its matrix is another motion than `H`, judged on points `size` pixels from the origin."""
    xp = namespace(a)
    points = size * _rows([[0, 0], [1, 0], [0, 1], [-1, -1]], a)
    difference = transform_points(matrix_of(model, a, focal=focal), points) - transform_points(H, points)
    reach = 1 + size + float(xp.max(xp.abs(transform_points(H, points))))
    if not float(xp.max(xp.abs(difference))) <= 1000 * float(xp.finfo(a.dtype).eps) * reach:  # rounding, with room
        raise ValueError(f"matrix is no {model}: take a model with more unknowns, or check origin and focal")


def compose(model, a, b, *, focal=None):
    """Parameters of the motion `b` followed by `a`, all about one origin.

    As fields: ``flow(x) = flow_b(x) + flow_a(x + flow_b(x))``. All four models are groups, so the result is of the
    same model. Parameters add up only for translations.

    Parameters
    ----------
    model : str
    a, b : floating-point array, shape (P,), or a sequence of floats
    focal : float or None
        For the rotation, pixels.

    Returns
    -------
    array, shape (P,)
    """
    like = next((given for given in (a, b) if not isinstance(given, list | tuple)), None)
    _check_model(model, focal)
    second, first = (matrix_of(model, _check_parameters(model, p, like), focal=focal) for p in (a, b))
    namespace(second, first)
    return parameters_of(model, second @ first, focal=focal)


def invert(model, a, *, focal=None):
    """Parameters of the motion back from I1 to I0: ``compose(model, invert(model, a), a)`` is no motion.

    Raises
    ------
    ValueError
        If the motion squeezes the plane onto a line.
    """
    return parameters_of(model, inverse_matrix(matrix_of(model, a, focal=focal)), focal=focal)


def inverse_matrix(matrix):
    """Inverse of a 3 x 3 motion; ValueError if it squeezes the plane onto a line."""
    xp = namespace(_check_matrix(matrix))
    determinant = float(xp.linalg.det(matrix))
    if not abs(determinant) > 1e-12 * float(xp.max(xp.abs(matrix[:2, :2]))) ** 2 * abs(float(matrix[2, 2])):
        raise ValueError("matrix is singular: it squeezes the plane onto a line, and no motion leads back")
    return xp.linalg.inv(matrix)


# Points and fields


def _project(matrix, x, y):
    """Where points go; NaN where they lie on or behind the line that is sent to infinity."""
    xp = namespace(x, matrix)
    # A matrix and its negative are one motion: with det H > 0, the sign of w says what lies in front. Without
    # perspective nothing lies behind, and a mirrored affine motion, whose det is negative, is as good as any.
    affine = xp.max(xp.abs(matrix[2, :2])) <= 1e-12 * xp.abs(matrix[2, 2])
    H = xp.where(xp.where(affine, matrix[2, 2], xp.linalg.det(matrix)) < 0, -matrix, matrix)
    w = H[2, 0] * x + H[2, 1] * y + H[2, 2]
    behind = w <= 1e-9 * xp.max(xp.abs(H[2, :]))
    w = xp.where(behind, xp.full_like(w, float("nan")), w)
    return (H[0, 0] * x + H[0, 1] * y + H[0, 2]) / w, (H[1, 0] * x + H[1, 1] * y + H[1, 2]) / w


def transform_points(matrix, points):
    """Points of I0 carried to I1.

    Parameters
    ----------
    matrix : floating-point array, shape (3, 3)
    points : array, shape (N, 2)
        (x, y), in the coordinates of the matrix. Integers are taken in the matrix's dtype.

    Returns
    -------
    floating-point array, shape (N, 2)
        NaN for points that a perspective motion sends to infinity or behind the camera.
    """
    xp = namespace(_check_matrix(matrix), points)
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(f"points has shape {tuple(points.shape)}, expected (N, 2): one (x, y) per row")
    if not is_floating(points):
        points = xp.astype(points, matrix.dtype)
    x, y = _project(xp.astype(matrix, points.dtype), points[:, 0], points[:, 1])
    return xp.stack([x, y], axis=-1)


def frame_corners(shape, *, like):
    """Centres of the four corner pixels of a frame of `shape` (H, W): (4, 2) array of (x, y), of `like`'s kind."""
    height, width = shape[-2:]
    return _rows([[0, 0], [width - 1, 0], [0, height - 1], [width - 1, height - 1]], like)


def corner_error(matrix, truth, shape):
    """Mean distance between where two motions send the four corners of a frame.

    Parameters
    ----------
    matrix, truth : floating-point array, shape (3, 3)
        In pixel coordinates.
    shape : (H, W)

    Returns
    -------
    float
        Pixels; NaN if one of them sends a corner to infinity.

    References
    ----------
    DeTone, Malisiewicz & Rabinovich (2016), "Deep image homography estimation".
    """
    xp = namespace(_check_matrix(matrix), _check_matrix(truth))
    matrix, truth = (xp.astype(m, xp.float64) for m in (matrix, truth))
    corners = frame_corners(shape, like=matrix)
    difference = transform_points(matrix, corners) - transform_points(truth, corners)
    return float(xp.mean(xp.sqrt(xp.sum(difference * difference, axis=-1))))


def homography_flow(matrix, shape, *, like=None):
    """Flow of a motion given as a matrix in pixel coordinates.

    Parameters
    ----------
    matrix : floating-point array, shape (3, 3)
    shape : (H, W)
    like : floating-point array or None
        Whose dtype the flow takes; None takes the matrix's. Coordinates of large frames want more than float16.

    Returns
    -------
    array, shape (2, H, W)
        Pixels/frame, NaN as in `transform_points`.
    """
    xp = namespace(_check_matrix(matrix), like)
    like = matrix if like is None else _check_like(like)
    x, y = pixel_grid(*shape[-2:], like=like)
    target = _project(xp.astype(matrix, like.dtype), x, y)
    return xp.stack([target[0] - x, target[1] - y], axis=0)


def _basis(model, x, y, focal):
    """Fields (u, v) of each parameter: the motion that it makes at first order, on its own."""
    xp = namespace(x)
    one, nil = xp.ones_like(x), xp.zeros_like(x)
    if model == "translation":
        fields = [(one, nil), (nil, one)]
    elif model == "rotation":  # Longuet-Higgins & Prazdny (1980), for our axes
        fields = [
            (x * y / focal, focal + y * y / focal),
            (-focal - x * x / focal, -x * y / focal),
            (y, -x),
        ]
    else:
        fields = [(one, nil), (x, nil), (y, nil), (nil, one), (nil, x), (nil, y)]
        if model == "perspective":
            fields += [(-x * x, -x * y), (-x * y, -y * y)]
    return xp.stack([xp.stack(f) for f in fields])


def _centred_grid(shape, origin, like):
    x, y = pixel_grid(*shape[-2:], like=like)
    x0, y0 = frame_centre(shape) if origin is None else _check_origin(origin)
    return x - x0, y - y0


def motion_basis(model, shape, *, origin=None, focal=None, like=None):
    """One field per parameter: what a unit of it does to the frame, at first order.

    Parameters
    ----------
    model, origin, focal, like
        As in `motion_field`.
    shape : (H, W)

    Returns
    -------
    array, shape (P, 2, H, W)
        Exact for translation and affine, whose field is the parameter-weighted sum of these.
    """
    _check_model(model, focal)
    like = numpy_namespace.zeros(()) if like is None else _check_like(like)
    return _basis(model, *_centred_grid(shape, origin, like), focal)


def motion_field(model, parameters, shape, *, origin=None, focal=None, instantaneous=False, like=None):
    """Flow of a motion over a frame.

    Parameters
    ----------
    model : {"translation", "affine", "perspective", "rotation"}
    parameters : floating-point array, shape (2,), (6,), (8,) or (3,), or a sequence of floats
        In the order of the table above; pixels and pixels/frame, radians for the rotation.
    shape : (H, W)
    origin : (float, float) or None
        (x, y) of the parameters' origin, pixels; None is the frame's centre. A rotation's optical axis passes
        through it.
    focal : float or None
        Focal length, pixels; the rotation needs it.
    instantaneous : bool
        Take the velocity at the first moment instead of the displacement: linear in the parameters, a
        quadratic function of position. Differs for perspective and rotation only.
    like : floating-point array or None
        Whose namespace, dtype and device the flow takes; None takes the parameters'.

    Returns
    -------
    flow : array, shape (2, H, W)
        u (right), v (down), pixels/frame; NaN where a perspective motion sends the pixel to infinity or behind the
        camera.

    Raises
    ------
    ValueError
        As `matrix_of`; also if `like` holds no floating-point numbers.
    """
    _check_model(model, focal)
    if like is not None:
        _check_like(like)
    a = _check_parameters(model, parameters, like)
    like = a if like is None else like
    xp = namespace(a, like)
    a = xp.astype(a, like.dtype)
    x, y = _centred_grid(shape, origin, like)
    if instantaneous or model in ("translation", "affine"):
        basis = _basis(model, x, y, focal)
        return xp.sum(a[:, None, None, None] * basis, axis=0)
    target = _project(matrix_of(model, a, focal=focal), x, y)
    return xp.stack([target[0] - x, target[1] - y], axis=0)


# The least squares of the flow equation


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
    _check_model(model, focal)
    if Ix.ndim != 2:
        raise ValueError(f"Ix has shape {tuple(Ix.shape)}: one motion is fitted to one frame (H, W), not to a batch")
    if not scale > 0:
        raise ValueError(f"scale must be a positive number of pixels, got {scale!r}")
    xp = namespace(Ix)
    x, y = _centred_grid(Ix.shape, origin, Ix)
    basis = _basis(model, x / scale, y / scale, None if focal is None else focal / scale)
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
        How each pixel counts; one of weight 0 takes no part, and may be NaN.
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
        Root of that variance: of the weighted mean square of A a - b over the pixels that count, less P.
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
    _check_model(model, focal)
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
