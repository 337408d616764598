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

import array_api_compat.numpy as numpy_namespace

from kinema.arrays import is_floating, namespace
from kinema.checks import check_choice
from kinema.flow.homography import (
    about,
    check_like,
    check_matrix,
    frame_centre,
    inverse_matrix,
    matrix_of_rows,
    project,
    rotation_matrix,
    rotation_vector,
    transform_points,
)
from kinema.sampling import pixel_grid

UNKNOWNS = {"translation": 2, "affine": 6, "perspective": 8, "rotation": 3}
"""Models and how many unknowns each has."""


def check_model(model, focal):
    """Refuse an unknown model, and a rotation without a focal length; returns the model."""
    check_choice(model, UNKNOWNS, "model")
    if model == "rotation" and (focal is None or not (focal > 0 and math.isfinite(focal))):
        raise ValueError(f"a rotation needs its camera's focal length: give focal in pixels, got {focal!r}")
    return model


def check_origin(origin):
    """Refuse an origin that is no finite (x, y); returns it as two floats."""
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
    check_model(model, focal)
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
        K = matrix_of_rows([[focal, 0, 0], [0, focal, 0], [0, 0, 1]], a)
        K_inverse = matrix_of_rows([[1 / focal, 0, 0], [0, 1 / focal, 0], [0, 0, 1]], a)
        return about(K @ turned @ K_inverse, check_origin(origin))
    return about(matrix_of_rows(rows, a), check_origin(origin))


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
    check_model(model, focal)
    x, y = check_origin(origin)
    xp = namespace(check_matrix(matrix))
    H = about(matrix, (-x, -y))
    if model == "rotation":
        K = matrix_of_rows([[focal, 0, 0], [0, focal, 0], [0, 0, 1]], H)
        K_inverse = matrix_of_rows([[1 / focal, 0, 0], [0, 1 / focal, 0], [0, 0, 1]], H)
        turned = K_inverse @ H @ K
        determinant = xp.linalg.det(turned)
        turned = turned / (xp.sign(determinant) * xp.abs(determinant) ** (1 / 3))
        a = rotation_vector(xp.matrix_transpose(turned))
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
    points = size * matrix_of_rows([[0, 0], [1, 0], [0, 1], [-1, -1]], a)
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
    check_model(model, focal)
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


def basis_at(model, x, y, focal):
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


def centred_grid(shape, origin, like):
    x, y = pixel_grid(*shape[-2:], like=like)
    x0, y0 = frame_centre(shape) if origin is None else check_origin(origin)
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
    check_model(model, focal)
    like = numpy_namespace.zeros(()) if like is None else check_like(like)
    return basis_at(model, *centred_grid(shape, origin, like), focal)


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
    check_model(model, focal)
    if like is not None:
        check_like(like)
    a = _check_parameters(model, parameters, like)
    like = a if like is None else like
    xp = namespace(a, like)
    a = xp.astype(a, like.dtype)
    x, y = centred_grid(shape, origin, like)
    if instantaneous or model in ("translation", "affine"):
        basis = basis_at(model, x, y, focal)
        return xp.sum(a[:, None, None, None] * basis, axis=0)
    target = project(matrix_of(model, a, focal=focal), x, y)
    return xp.stack([target[0] - x, target[1] - y], axis=0)
