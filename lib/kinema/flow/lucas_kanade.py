"""Lucas–Kanade: every pixel borrows the equations of its neighbours.

Lucas & Kanade (1981). A window of K x K pixels shares one (u, v); the K² flow equations ``A d = b``
are solved in the least-squares sense through ``A^T A d = A^T b``, whose matrix is the structure
tensor. The letters are the lecture's: A (N, 2), d = (u, v), b = -It.
"""

from typing import Any, NamedTuple

from kinema.arrays import namespace, safe_divide
from kinema.checks import check_frame, check_window
from kinema.filters import window_taps
from kinema.flow.derivatives import derivatives
from kinema.flow.structure_tensor import eigenvalues, window_products
from kinema.sampling import inside_frame, sample_bilinear

MIN_EIGENVALUE = 1e-5  # slope of 0.003 per pixel, just above the rounding of 8-bit frames


def _solve(Jxx, Jxy, Jyy, bx, by, equations, min_eigenvalue, max_condition):
    """(u, v) of the 2 x 2 systems, stacked on a new first axis; NaN where unsolvable."""
    xp = namespace(Jxx)
    lambda1, lambda2 = eigenvalues(Jxx, Jxy, Jyy)
    ok = (lambda2 >= min_eigenvalue * equations) & (lambda2 > 0)
    if max_condition is not None:
        ok = ok & (lambda1 <= max_condition * lambda2)
    det = xp.where(ok, Jxx * Jyy - Jxy * Jxy, xp.zeros_like(lambda1))
    u = safe_divide(Jyy * bx - Jxy * by, det, fill=float("nan"))
    v = safe_divide(Jxx * by - Jxy * bx, det, fill=float("nan"))
    return xp.stack([u, v], axis=0)


def lucas_kanade(
    I0,
    I1,
    *,
    window=5,
    weights="box",
    gradient_of="I1",
    kernel="central",
    min_eigenvalue=MIN_EIGENVALUE,
    max_condition=None,
    channel_axis=None,
):
    """Flow at every pixel from one least-squares solve per window: one level, one iteration.

    Right for motions up to about a pixel; larger ones need warping and a pyramid.

    Parameters
    ----------
    I0, I1 : array, shape (..., H, W)
        Two frames, float in any unit or integers (scaled to [0, 1]). Leading axes are a batch.
    window : int, odd
        Side of the window, pixels. Every pixel in it is taken to move alike.
    weights : {"box", "gaussian"}
        How the window's pixels count (see `structure_tensor`).
    gradient_of, kernel
        As in `derivatives`.
    min_eigenvalue : float
        Least lambda2 per equation of a full window, a mean squared slope in (brightness/pixel)²; at
        the border, where windows are smaller, that asks for more. The default suits frames in
        [0, 1]; scale it with the square of the brightness unit.
    max_condition : float or None
        Largest lambda1 / lambda2 that is still solved; None sets no bound.
    channel_axis : int or None
        Colour axis: three channels give three equations per pixel, and one flow.

    Returns
    -------
    flow : array, shape (..., 2, H, W)
        u (right) and v (down), pixels/frame, with ``I0(x) ≈ I1(x + flow)``. NaN where the window
        cannot be solved (flat, or an edge that only slides along itself).

    Raises
    ------
    ValueError
        As `derivatives`; also if a frame is smaller than the window.

    References
    ----------
    Lucas & Kanade (1981).
    """
    xp = namespace(I0, I1)
    check_window(window)
    check_frame(I0, "I0", channel_axis=channel_axis, min_size=max(3, window))
    Ix, Iy, It = derivatives(I0, I1, gradient_of=gradient_of, kernel=kernel, channel_axis=channel_axis)
    Jxx, Jxy, Jyy, bx, by = window_products(
        (Ix, Ix), (Ix, Iy), (Iy, Iy), (-Ix, It), (-Iy, It), window=window, weights=weights, channel_axis=channel_axis
    )
    channels = 1 if channel_axis is None else I0.shape[channel_axis]
    equations = channels * sum(window_taps(window, weights)) ** 2
    d = _solve(Jxx, Jxy, Jyy, bx, by, equations, min_eigenvalue, max_condition)
    return xp.moveaxis(d, 0, -3)


def window_patches(fields, points, window):
    """Samples of several fields in the window around each point.

    Parameters
    ----------
    fields : array, shape (..., H, W)
    points : floating-point array, shape (N, 2)
        (x, y), pixels; sub-pixel positions are interpolated bilinearly.
    window : int, odd

    Returns
    -------
    patches : array, shape (..., N, window²)
        Row by row. Zero where the window leaves the frame: no equation there.
    """
    xp = namespace(fields, points)
    check_window(window)
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(f"points has shape {tuple(points.shape)}, expected (N, 2): one (x, y) per row")
    height, width = fields.shape[-2:]
    radius = window // 2
    step = xp.arange(-radius, radius + 1, dtype=points.dtype, device=points.device)
    dx = xp.reshape(xp.zeros((window, 1), dtype=points.dtype, device=points.device) + step[None, :], (-1,))
    dy = xp.reshape(xp.zeros((1, window), dtype=points.dtype, device=points.device) + step[:, None], (-1,))
    x, y = points[:, 0][:, None] + dx[None, :], points[:, 1][:, None] + dy[None, :]
    values = sample_bilinear(fields, x, y)
    return values * xp.astype(inside_frame(x, y, height, width), values.dtype)


def check_points(points, height, width):
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(f"points has shape {tuple(points.shape)}, expected (N, 2): one (x, y) per row")
    xp = namespace(points)
    outside = ~inside_frame(points[:, 0], points[:, 1], height, width)
    if bool(xp.any(outside)):
        index = int(xp.argmax(xp.astype(outside, xp.int32)))
        x, y = float(points[index, 0]), float(points[index, 1])
        raise ValueError(
            f"points[{index}] = ({x:g}, {y:g}) lies outside the {width} x {height} frame: points are (x, y), column first"
        )


def lucas_kanade_at(
    I0,
    I1,
    points,
    *,
    window=5,
    gradient_of="I1",
    kernel="central",
    min_eigenvalue=MIN_EIGENVALUE,
    max_condition=None,
    channel_axis=None,
):
    """Lucas–Kanade at chosen points, which need not lie on the pixel grid.

    Parameters
    ----------
    I0, I1 : array, shape (H, W), or with a colour axis when `channel_axis` is named
    points : array, shape (N, 2)
        (x, y), pixels, inside the frame.
    window, gradient_of, kernel, min_eigenvalue, max_condition, channel_axis
        As in `lucas_kanade`.

    Returns
    -------
    flow : array, shape (N, 2)
        (u, v) of each point, pixels/frame. NaN where its window cannot be solved.
    """
    xp = namespace(I0, I1, points)
    A, b = local_system(
        I0, I1, points, window=window, gradient_of=gradient_of, kernel=kernel, channel_axis=channel_axis
    )
    Ix, Iy = A[..., 0], A[..., 1]
    products = (Ix * Ix, Ix * Iy, Iy * Iy, Ix * b, Iy * b)
    sums = (xp.sum(p, axis=-1) for p in products)
    return xp.moveaxis(_solve(*sums, A.shape[-2], min_eigenvalue, max_condition), 0, -1)


def local_system(I0, I1, points, *, window=5, gradient_of="I1", kernel="central", channel_axis=None):
    """The overdetermined system ``A d = b`` of each point's window.

    Parameters
    ----------
    I0, I1, points, window, gradient_of, kernel, channel_axis
        As in `lucas_kanade_at`.

    Returns
    -------
    A : array, shape (N, K, 2)
        One row (Ix, Iy) per equation: K = window² for gray, window² x channels for colour.
    b : array, shape (N, K)
        -It of each equation.
    """
    xp = namespace(I0, I1, points)
    check_window(window)
    frame = check_frame(I0, "I0", channel_axis=channel_axis, min_size=max(3, window))
    if frame.ndim != (2 if channel_axis is None else 3):
        raise ValueError(f"I0 has shape {tuple(I0.shape)}: points belong to one pair, not to a batch")
    if not xp.isdtype(points.dtype, "real floating"):
        points = xp.astype(points, frame.dtype)
    check_points(points, *frame.shape[-2:])
    parts = derivatives(I0, I1, gradient_of=gradient_of, kernel=kernel, channel_axis=channel_axis)
    if channel_axis is not None:
        parts = tuple(xp.moveaxis(p, channel_axis, 0) for p in parts)
    fields = xp.stack(parts, axis=0)  # (3, [C,] H, W)
    patches = window_patches(fields, xp.astype(points, fields.dtype), window)  # (3, [C,] N, K)
    if channel_axis is not None:
        patches = xp.moveaxis(patches, 1, -1)  # (3, N, K, C): a pixel's channels stand together
        patches = xp.reshape(patches, (3, points.shape[0], patches.shape[-2] * patches.shape[-1]))
    Ix, Iy, It = patches[0, ...], patches[1, ...], patches[2, ...]
    return xp.stack([Ix, Iy], axis=-1), -It


class LocalEstimate(NamedTuple):
    """What one window says: see `solve_local`."""

    flow: Any
    covariance: Any
    residual: Any


def solve_local(A, b):
    """Least-squares motion of each window, with how far it can be trusted.

    Parameters
    ----------
    A : floating-point array, shape (..., K, 2)
    b : floating-point array, shape (..., K)
        As `local_system` returns them.

    Returns
    -------
    flow : array, shape (..., 2)
        (u, v), pixels/frame; NaN where A^T A is singular.
    covariance : array, shape (..., 2, 2)
        residual variance x (A^T A)^-1, pixels². Its long axis points along the edge. It assumes
        independent noise in It alone, so take it as an optimistic guide.
    residual : array, shape (...)
        Root mean square of A d - b over the rows that are not all zero, less 2, brightness per frame.
    """
    xp = namespace(A, b)
    if A.ndim < 2 or A.shape[-1] != 2 or tuple(A.shape[:-1]) != tuple(b.shape):
        raise ValueError(f"A has shape {tuple(A.shape)} and b {tuple(b.shape)}: expected (..., K, 2) and (..., K)")
    if A.shape[-2] < 3:
        raise ValueError(f"A has {A.shape[-2]} equations: at least 3 are needed to judge 2 unknowns")
    Ix, Iy = A[..., 0], A[..., 1]
    Jxx, Jxy, Jyy = (xp.sum(p, axis=-1) for p in (Ix * Ix, Ix * Iy, Iy * Iy))
    d = _solve(Jxx, Jxy, Jyy, xp.sum(Ix * b, axis=-1), xp.sum(Iy * b, axis=-1), A.shape[-2], 0.0, 1e12)
    error = Ix * d[0, ...][..., None] + Iy * d[1, ...][..., None] - b
    # Rows of zeros are pixels outside the frame (see `local_system`), or blank ones: they tell nothing of noise.
    present = (Ix != 0) | (Iy != 0) | (b != 0)
    freedom = xp.sum(xp.astype(present, A.dtype), axis=-1) - 2
    variance = safe_divide(xp.sum(error * error, axis=-1), xp.where(freedom > 0, freedom, xp.zeros_like(freedom)), fill=float("nan"))
    lambda1, lambda2 = eigenvalues(Jxx, Jxy, Jyy)
    scale = safe_divide(variance, lambda1 * lambda2, fill=float("nan"))
    rows = xp.stack([Jyy * scale, -Jxy * scale], axis=-1), xp.stack([-Jxy * scale, Jxx * scale], axis=-1)
    return LocalEstimate(xp.moveaxis(d, 0, -1), xp.stack(rows, axis=-2), xp.sqrt(variance))
