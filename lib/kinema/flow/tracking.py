"""Follow a few points through many frames: sparse pyramidal Lucas–Kanade.

Lucas & Kanade (1981), Tomasi & Kanade (1991) for the tracker, Bouguet (2001) for the pyramid. The
template, its slopes and its matrix come from I0 once per level; only I1 is sampled again in each iteration.
"""

import math
from typing import Any, NamedTuple

from kinema.arrays import is_floating, namespace, safe_divide, safe_sqrt, to_intensity
from kinema.checks import check_count, check_finite, check_pair, check_window
from kinema.flow.derivatives import central_difference
from kinema.flow.lucas_kanade import MIN_EIGENVALUE, check_points, window_patches
from kinema.flow.pyramid import gaussian_pyramid
from kinema.flow.structure_tensor import eigenvalues
from kinema.sampling import inside_frame, sample_bilinear


class PointMotion(NamedTuple):
    """Where points went from one frame to the next: see `track_points`."""

    points: Any
    ok: Any
    residual: Any
    per_level: Any


class Tracks(NamedTuple):
    """Points followed through a clip: see `track`."""

    points: Any
    alive: Any


def _window_offsets(window, like):
    """Offsets (x, y) of a window's pixels, row by row, each (window²,)."""
    xp, radius = namespace(like), window // 2
    step = xp.arange(-radius, radius + 1, dtype=like.dtype, device=like.device)
    zeros = xp.zeros((window, window), dtype=like.dtype, device=like.device)
    return xp.reshape(zeros + step[None, :], (-1,)), xp.reshape(zeros + step[:, None], (-1,))


def _track_level(I0, I1, points, d, *, window, iterations, tolerance):
    """Refine the displacements `d` (N, 2) of `points` at one level; also the matrix sums and residual."""
    xp = namespace(I0)
    fields = xp.stack([I0, central_difference(I0, -1), central_difference(I0, -2)])
    template, Ix, Iy = (window_patches(fields, points, window)[k, ...] for k in range(3))  # (N, window²)
    Jxx, Jxy, Jyy = xp.sum(Ix * Ix, axis=-1), xp.sum(Ix * Iy, axis=-1), xp.sum(Iy * Iy, axis=-1)
    det = Jxx * Jyy - Jxy * Jxy
    dx, dy = _window_offsets(window, points)
    x0, y0 = points[:, 0, None] + dx[None, :], points[:, 1, None] + dy[None, :]
    inside = inside_frame(x0, y0, *I0.shape)

    def difference(d):
        """Brightness I1 - I0 over each window, moved by `d` in I1; 0 outside either frame. And which pixels count."""
        x, y = x0 + d[:, 0, None], y0 + d[:, 1, None]
        seen = xp.astype(inside & inside_frame(x, y, *I1.shape), I0.dtype)
        return (sample_bilinear(I1, x, y) - template) * seen, seen

    for _ in range(iterations):
        It, _ = difference(d)
        bx, by = -xp.sum(Ix * It, axis=-1), -xp.sum(Iy * It, axis=-1)
        step = xp.stack([safe_divide(Jyy * bx - Jxy * by, det), safe_divide(Jxx * by - Jxy * bx, det)], axis=-1)
        # Further than the window reaches, the linear model knows nothing: such a step is noise.
        step = xp.clip(step, -window / 2, window / 2)
        d = d + step
        if float(xp.max(xp.abs(step))) < tolerance:
            break
    It, seen = difference(d)
    residual = safe_sqrt(safe_divide(xp.sum(It * It, axis=-1), xp.sum(seen, axis=-1), fill=float("nan")))
    return d, (Jxx, Jxy, Jyy), residual


def track_points(
    I0, I1, points, *, levels=4, window=15, iterations=20, tolerance=0.005, min_eigenvalue=MIN_EIGENVALUE, guess=None
):
    """Where each point of the first frame is in the second: pyramidal Lucas–Kanade at chosen points.

    Parameters
    ----------
    I0, I1 : array, shape (H, W)
        Two gray frames.
    points : array, shape (N, 2)
        (x, y), pixels of `I0`; sub-pixel positions are welcome, integers are taken in the frames' dtype.
    levels : int
        Levels of the pyramids, the frame itself included. The motion may be some
        ``window / 2 * 2**(levels - 1)`` pixels.
    window : int, odd
        Side of the window on each level, pixels.
    iterations : int
        At most so many per level; a level ends early once every step is below `tolerance`, pixels.
    min_eigenvalue : float
        Least lambda2 per pixel of the window at the finest level, (brightness/pixel)².
    guess : floating-point array, shape (N, 2), or None
        First guess of each displacement, pixels.

    Returns
    -------
    points : array, shape (N, 2)
        Positions in `I1`; NaN where `ok` is False.
    ok : boolean array, shape (N,)
        False where the window holds too little texture, or the point left the frame.
    residual : array, shape (N,)
        Root mean square of the brightness difference over the window. Judge a match by it.
    per_level : array, shape (levels, N, 2)
        The displacement after each level in pixels *of that level*, coarsest first: each about twice
        the one before.

    Raises
    ------
    ValueError
        If a point lies outside the frame, the frames disagree, or are too small for `levels`.

    References
    ----------
    Bouguet (2001), "Pyramidal implementation of the Lucas Kanade feature tracker".
    """
    xp = namespace(I0, I1, points, guess)
    check_window(window)
    check_count(levels, "levels")
    check_count(iterations, "iterations")
    I0, I1 = check_pair(I0, I1, min_size=3)
    if I0.ndim != 2:
        raise ValueError(f"I0 has shape {tuple(I0.shape)}: track points in one pair of gray frames (H, W) at a time")
    check_points(points, *I0.shape)
    if not tolerance >= 0:
        raise ValueError(f"tolerance must be at least 0, got {tolerance}")
    points = xp.astype(points, I0.dtype)
    d = xp.zeros_like(points) if guess is None else xp.astype(guess, I0.dtype)
    if tuple(d.shape) != tuple(points.shape):
        raise ValueError(f"guess has shape {tuple(d.shape)} but points has {tuple(points.shape)}: one guess per point")
    check_finite(d, "guess")
    if points.shape[0] == 0:
        empty = xp.zeros((0,), dtype=I0.dtype, device=I0.device)
        return PointMotion(points, empty > 0, empty, xp.zeros((levels, 0, 2), dtype=I0.dtype, device=I0.device))
    d, per_level = d / 2**levels, []
    pyramids = gaussian_pyramid(I0, levels), gaussian_pyramid(I1, levels)
    for level in reversed(range(levels)):
        d, J, residual = _track_level(
            pyramids[0][level], pyramids[1][level], points / 2**level, 2 * d,
            window=window, iterations=iterations, tolerance=tolerance,
        )  # fmt: skip
        per_level.append(d)
    found = points + d
    ok = (eigenvalues(*J)[1] >= min_eigenvalue * window**2) & inside_frame(found[:, 0], found[:, 1], *I0.shape)
    found = xp.where(ok[:, None], found, xp.full_like(found, math.nan))
    return PointMotion(found, ok, residual, xp.stack(per_level))


def track(frames, points, *, max_round_trip=0.5, **options):
    """Follow points through a clip, each until it is lost.

    A point is lost when `track_points` gives it up, or when tracking it back to the frame before
    does not return to where it came from: an occluded point finds *something* ahead, seldom its way
    back (Kalal, Mikolajczyk & Matas 2010).

    Parameters
    ----------
    frames : iterable of arrays, shape (H, W)
        Gray; may be a generator, two frames are held at a time.
    points : array, shape (N, 2)
        (x, y) in the first frame, pixels.
    max_round_trip : float
        Largest distance between a point and its image there and back, pixels.
    **options
        Of `track_points`.

    Returns
    -------
    points : array, shape (T, N, 2)
        Positions; NaN from where the point is lost.
    alive : boolean array, shape (T, N)

    Raises
    ------
    ValueError
        If there are fewer than two frames, or as `track_points`.
    """
    xp = namespace(points)
    if not max_round_trip >= 0:
        raise ValueError(f"max_round_trip must be at least 0 pixels, got {max_round_trip}")
    frames = iter(frames)
    previous = next(frames, None)
    if previous is not None and not is_floating(points):  # a lost point is NaN, which integers cannot be
        points = xp.astype(points, to_intensity(previous, "the first frame").dtype)
    here, path = points, [points]
    alive = inside_frame(points[:, 0], points[:, 1], math.inf, math.inf) | True
    lives = [alive]
    for frame in frames:
        safe = xp.where(alive[:, None], here, xp.zeros_like(here))  # lost points stay at a corner, and are not read
        there = track_points(previous, frame, safe, **options)
        landed = xp.where(there.ok[:, None], there.points, xp.zeros_like(here))
        back = track_points(frame, previous, landed, guess=safe - landed, **options)
        apart = xp.sum((back.points - safe) ** 2, axis=-1)
        alive = alive & there.ok & back.ok & (apart <= max_round_trip**2)
        here = xp.where(alive[:, None], there.points, xp.full_like(here, math.nan))
        path.append(here)
        lives.append(alive)
        previous = frame
    if len(path) < 2:
        raise ValueError(f"a track needs at least two frames, got {len(path) - (previous is None)}")
    return Tracks(xp.stack(path), xp.stack(lives))
