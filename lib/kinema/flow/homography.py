"""Motions as 3 x 3 matrices: where they send points and pixels.

A matrix takes (x, y, 1) of I0 to I1, up to scale, so a motion and any multiple of its matrix are the same. Affine
motions have a last row of (0, 0, h33). Coordinates are pixels, (0, 0) the centre of the first one, unless said
otherwise.

Hartley & Zisserman (2004), chapter 2.
"""

from kinema.arrays import is_floating, namespace, safe_sqrt
from kinema.checks import check_finite
from kinema.sampling import pixel_grid


def frame_centre(shape):
    """(x, y) of the middle of a frame of `shape` (H, W), pixels: the origin of the parameters by default."""
    height, width = shape[-2:]
    return (width - 1) / 2, (height - 1) / 2


def check_like(like):
    """`like`, whose dtype a flow takes: integers would cut its fractions off."""
    if not is_floating(like):
        raise ValueError(f"like has dtype {like.dtype}: a flow is floating point, so give an array that is")
    return like


def check_matrix(matrix):
    """Refuse what is no finite floating-point 3 x 3 matrix; returns it unchanged."""
    namespace(matrix)
    if tuple(matrix.shape) != (3, 3) or not is_floating(matrix):
        raise ValueError(f"matrix has shape {tuple(matrix.shape)} and dtype {matrix.dtype}, expected 3 x 3 floats")
    return check_finite(matrix, "matrix")


def matrix_of_rows(rows, like):
    """Matrix from rows of numbers and 0-d arrays, in the namespace, dtype and device of `like`."""
    xp = namespace(like)

    def entry(e):
        return e if hasattr(e, "dtype") else xp.asarray(float(e), dtype=like.dtype, device=like.device)

    return xp.stack([xp.stack([entry(e) for e in row]) for row in rows])


def shift_matrix(origin, like):
    """Matrix that adds `origin` to a point."""
    return matrix_of_rows([[1, 0, origin[0]], [0, 1, origin[1]], [0, 0, 1]], like)


def about(matrix, origin):
    """The motion `matrix`, whose coordinates count from `origin`, in the coordinates `origin` is given in."""
    x, y = origin
    return shift_matrix((x, y), matrix) @ matrix @ shift_matrix((-x, -y), matrix)


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
    angle = safe_sqrt(xp.sum(vector * vector))
    tiny = angle < 1e-4  # there the first two terms of the series are exact to 1e-17
    safe = xp.where(tiny, xp.ones_like(angle), angle)
    s = xp.where(tiny, 1 - angle * angle / 6, xp.sin(safe) / safe)
    half = xp.sin(safe / 2) / safe
    c = xp.where(tiny, 0.5 - angle * angle / 24, 2 * half * half)  # (1 - cos) / angle², free of cancellation
    wx, wy, wz = vector[0], vector[1], vector[2]
    cross = matrix_of_rows([[0, -wz, wy], [wz, 0, -wx], [-wy, wx, 0]], vector)
    return xp.eye(3, dtype=vector.dtype, device=vector.device) + s * cross + c * (cross @ cross)


def rotation_vector(R):
    """Inverse of `rotation_matrix` for angles below half a turn."""
    xp = namespace(R)
    axis = xp.stack([R[2, 1] - R[1, 2], R[0, 2] - R[2, 0], R[1, 0] - R[0, 1]]) / 2
    sine = safe_sqrt(xp.sum(axis * axis))
    angle = xp.atan2(sine, (R[0, 0] + R[1, 1] + R[2, 2] - 1) / 2)
    tiny = sine < 1e-4
    factor = xp.where(tiny, 1 + sine * sine / 6, angle / xp.where(tiny, xp.ones_like(sine), sine))
    return axis * factor


def inverse_matrix(matrix):
    """Inverse of a 3 x 3 motion; ValueError if it squeezes the plane onto a line."""
    xp = namespace(check_matrix(matrix))
    determinant = float(xp.linalg.det(matrix))
    rounding = 1e4 * float(xp.finfo(matrix.dtype).eps)  # 2e-12 in double precision
    if not abs(determinant) > rounding * float(xp.max(xp.abs(matrix[:2, :2]))) ** 2 * abs(float(matrix[2, 2])):
        raise ValueError("matrix is singular: it squeezes the plane onto a line, and no motion leads back")
    return xp.linalg.inv(matrix)


def project(matrix, x, y):
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
    xp = namespace(check_matrix(matrix), points)
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(f"points has shape {tuple(points.shape)}, expected (N, 2): one (x, y) per row")
    if not is_floating(points):
        points = xp.astype(points, matrix.dtype)
    x, y = project(xp.astype(matrix, points.dtype), points[:, 0], points[:, 1])
    return xp.stack([x, y], axis=-1)


def frame_corners(shape, *, like):
    """Centres of the four corner pixels of a frame of `shape` (H, W): (4, 2) array of (x, y), of `like`'s kind."""
    height, width = shape[-2:]
    return matrix_of_rows([[0, 0], [width - 1, 0], [0, height - 1], [width - 1, height - 1]], like)


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
    xp = namespace(check_matrix(matrix), check_matrix(truth))
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
    xp = namespace(check_matrix(matrix), like)
    like = matrix if like is None else check_like(like)
    x, y = pixel_grid(*shape[-2:], like=like)
    target = project(xp.astype(matrix, like.dtype), x, y)
    return xp.stack([target[0] - x, target[1] - y], axis=0)
