"""What the camera did between two frames, as a homography; and flow without it. Wang & Schmid (2013), section 3.1."""

import numpy as np

from kinema.flow.homography import homography_flow, transform_points
from kinema.flow.trackability import good_features


def fit_homography(points, moved):
    """Homography that takes `points` nearest to `moved`, by the direct linear transform.

    Parameters
    ----------
    points, moved : array, shape (N, 2), N >= 4
        (x, y), no three of four on a line.

    Returns
    -------
    array, shape (3, 3)
        With H[2, 2] = 1. Coordinates are centred and scaled first, without which the equations are badly conditioned.

    Raises
    ------
    ValueError
        If there are fewer than four pairs.

    References
    ----------
    Hartley & Zisserman (2004), algorithm 4.2.
    """
    if len(points) < 4 or len(points) != len(moved):
        raise ValueError(f"a homography needs at least four pairs of points, got {len(points)} and {len(moved)}")
    (p, T0), (q, T1) = (_normalised(np.asarray(x, dtype=np.float64)) for x in (points, moved))
    x, y, u, v = *p.T, *q.T
    zero, one = np.zeros_like(x), np.ones_like(x)
    rows = np.concatenate([
        np.stack([x, y, one, zero, zero, zero, -u * x, -u * y, -u], axis=1),
        np.stack([zero, zero, zero, x, y, one, -v * x, -v * y, -v], axis=1),
    ])  # fmt: skip
    H = np.linalg.inv(T1) @ np.linalg.svd(rows)[2][-1].reshape(3, 3) @ T0
    return H / H[2, 2]


def _normalised(points):
    """Points with mean 0 and mean distance sqrt(2), and the matrix that makes them so."""
    centre = points.mean(axis=0)
    scale = np.sqrt(2) / max(np.linalg.norm(points - centre, axis=1).mean(), 1e-12)
    T = np.array([[scale, 0, -scale * centre[0]], [0, scale, -scale * centre[1]], [0, 0, 1]])
    return (points - centre) * scale, T


def camera_homography(image, flow, *, seed=0, trials=200, tolerance=1.0, outside=None):
    """Motion of the background between a frame and the next.

    Corners are matched by the flow itself, and the homography that most of them follow is found by random samples of
    four (RANSAC). The authors add matches of SURF descriptors, and mask people whom a detector finds.

    Parameters
    ----------
    image : array, shape (H, W)
    flow : array, shape (2, H, W)
        Pixels/frame.
    seed, trials : int
    tolerance : float
        Pixels within which a match agrees.
    outside : boolean array, shape (H, W), or None
        True where matches may be taken: false on people, say.

    Returns
    -------
    matrix : array, shape (3, 3)
        The identity where too few corners agree.
    share : float
        Of the matches that agree.
    """
    corners = np.asarray(good_features(np.asarray(image, dtype=np.float64), max_points=300, min_distance=6))
    x, y = np.rint(corners).astype(int).T if len(corners) else (np.zeros(0, int), np.zeros(0, int))
    if outside is not None:
        keep = outside[y, x]
        corners, x, y = corners[keep], x[keep], y[keep]
    if len(corners) < 8:
        return np.eye(3), 0.0
    moved = corners + np.asarray(flow)[:, y, x].T
    rng, best = np.random.default_rng(seed), np.zeros(len(corners), dtype=bool)
    for _ in range(trials):
        four = rng.choice(len(corners), 4, replace=False)
        with np.errstate(all="ignore"):
            error = np.linalg.norm(np.asarray(transform_points(_safe(corners[four], moved[four]), corners)) - moved, axis=1)
        agree = error < tolerance
        if agree.sum() > best.sum():
            best = agree
    if best.sum() < 8:
        return np.eye(3), float(best.mean())
    return fit_homography(corners[best], moved[best]), float(best.mean())


def _safe(points, moved):
    """A fit that is the identity where four points lie badly."""
    try:
        H = fit_homography(points, moved)
    except np.linalg.LinAlgError:
        return np.eye(3)
    return H if np.isfinite(H).all() else np.eye(3)


def without_camera(flow, matrix):
    """Flow less what the camera's homography would have made everything do; same shape."""
    return flow - np.asarray(homography_flow(np.asarray(matrix), flow.shape[1:]))
