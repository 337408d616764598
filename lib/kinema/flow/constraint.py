"""One pixel, one equation, two unknowns: the constraint line and the normal flow.

``Ix u + Iy v + It = 0`` is a straight line in the (u, v) plane. Horn & Schunck (1981), sec. 4,
draw it; its point nearest the origin is the normal flow.
"""

from kinema.arrays import namespace, safe_divide, safe_sqrt
from kinema.checks import check_finite, check_same_shape
from kinema.flow.structure_tensor import eigenvalues


def normal_flow(Ix, Iy, It):
    """Motion across the edge: the shortest flow that explains each pixel.

    Parameters
    ----------
    Ix, Iy, It : floating-point array, shape (..., H, W)
        As `derivatives` returns them.

    Returns
    -------
    flow : array, shape (..., 2, H, W)
        ``-It * (Ix, Iy) / (Ix**2 + Iy**2)``, pixels/frame; zero where the gradient is zero,
        since a flat pixel demands no motion.

    Raises
    ------
    ValueError
        If the three differ in shape or are not floating point.

    References
    ----------
    Horn & Schunck (1981), sec. 4: the component of the flow along the brightness gradient.
    """
    xp = namespace(Ix, Iy, It)
    check_same_shape(Ix=Ix, Iy=Iy, It=It)
    if Ix.ndim < 2:
        raise ValueError(f"Ix has shape {tuple(Ix.shape)}: normal_flow needs fields (..., H, W)")
    steps = safe_divide(-It, Ix * Ix + Iy * Iy)
    return xp.stack([steps * Ix, steps * Iy], axis=-3)


def constraint_line(Ix, Iy, It):
    """The line of motions that one pixel allows, as a point and a direction.

    Parameters
    ----------
    Ix, Iy, It : floating-point array, any one shape S
        Derivatives at each pixel.

    Returns
    -------
    point : array, shape (*S, 2)
        Point (u, v) of the line nearest the origin: the normal flow. NaN where the gradient is
        zero: there the equation is no line.
    direction : array, shape (*S, 2)
        Unit vector along the line, (-Iy, Ix) / |grad I|, that is, along the edge. NaN likewise.
    """
    xp = namespace(Ix, Iy, It)
    check_same_shape(Ix=Ix, Iy=Iy, It=It)
    squared = Ix * Ix + Iy * Iy
    steps = safe_divide(-It, squared, fill=float("nan"))
    length = xp.sqrt(xp.where(squared > 0, squared, xp.full_like(squared, float("nan"))))
    point = xp.stack([steps * Ix, steps * Iy], axis=-1)
    direction = xp.stack([-Iy / length, Ix / length], axis=-1)
    return point, direction


def intersect_constraints(Ix, Iy, It, *, max_condition=1e6):
    """The one motion on which several constraint lines agree best, in the least-squares sense.

    Parameters
    ----------
    Ix, Iy, It : floating-point array, shape (..., N)
        N constraints; two lines that are not parallel suffice. Leading axes are a batch.
    max_condition : float
        Largest ratio of the eigenvalues of A^T A that still counts as solvable.

    Returns
    -------
    flow : array, shape (..., 2)
        (u, v), pixels/frame.
    residual : array, shape (...)
        Root mean square of ``Ix u + Iy v + It``, brightness per frame.

    Raises
    ------
    ValueError
        If the lines are parallel (or nearly: see `max_condition`), so that no single motion is
        singled out; the normal flow is then all that can be said.
    """
    xp = namespace(Ix, Iy, It)
    check_same_shape(Ix=Ix, Iy=Iy, It=It)
    if Ix.ndim < 1 or Ix.shape[-1] < 2:
        raise ValueError(f"Ix has shape {tuple(Ix.shape)}: at least two constraints are needed in the last axis")
    for name, x in (("Ix", Ix), ("Iy", Iy), ("It", It)):
        check_finite(x, name)
    Jxx, Jxy, Jyy = (xp.sum(p, axis=-1) for p in (Ix * Ix, Ix * Iy, Iy * Iy))
    bx, by = -xp.sum(Ix * It, axis=-1), -xp.sum(Iy * It, axis=-1)
    lambda1, lambda2 = eigenvalues(Jxx, Jxy, Jyy)
    if not bool(xp.all(max_condition * lambda2 > lambda1)):
        raise ValueError(
            "the constraint lines are parallel: they share no single (u, v). Add a pixel whose gradient "
            "points another way, or settle for normal_flow"
        )
    det = Jxx * Jyy - Jxy * Jxy
    u, v = (Jyy * bx - Jxy * by) / det, (Jxx * by - Jxy * bx) / det
    error = Ix * u[..., None] + Iy * v[..., None] + It
    return xp.stack([u, v], axis=-1), safe_sqrt(xp.mean(error * error, axis=-1))
