"""Points on a grid, and where the flow takes them. Wang et al. (2013), sections 3.1 and 3.2."""

import numpy as np

from kinema.flow.trackability import corner_score


def dense_points(image, *, step=5, quality=0.001, taken=None):
    """Grid points that can be tracked, and whose cell holds no track yet.

    Parameters
    ----------
    image : array, shape (H, W)
        Gray, in [0, 1].
    step : int
        Width of a cell, pixels.
    quality : float
        Points whose smaller eigenvalue is below this share of the image's largest are left out: nothing to hold on to.
    taken : array, shape (N, 2), or None
        Points (x, y) that are being followed already.

    Returns
    -------
    array, shape (M, 2)
        (x, y), the cells' centres.
    """
    H, W = image.shape
    score = np.asarray(corner_score(np.asarray(image, dtype=np.float64), window=3))
    rows, columns = H // step, W // step
    y, x = np.mgrid[:rows, :columns] * step + step // 2
    good = score[y, x] > quality * score.max()
    if taken is not None and len(taken):
        cell = np.clip((np.asarray(taken) / step).astype(int), 0, (columns - 1, rows - 1))
        good[cell[:, 1], cell[:, 0]] = False
    return np.stack([x[good], y[good]], axis=1).astype(np.float64)


def follow(points, flow):
    """Points one frame on: each moves by the flow at the pixel that it lies in.

    Parameters
    ----------
    points : array, shape (N, 2)
        (x, y).
    flow : array, shape (2, H, W)
        Median-filtered, so that a single wild arrow does not carry a point off (their eq. 1).

    Returns
    -------
    moved : array, shape (N, 2)
    inside : boolean array, shape (N,)
        Whether it is still in the frame.
    """
    H, W = flow.shape[1:]
    x, y = np.clip(np.rint(points).astype(int), 0, (W - 1, H - 1)).T
    moved = points + flow[:, y, x].T
    inside = (moved >= 0).all(axis=1) & (moved <= (W - 1, H - 1)).all(axis=1)
    return moved, inside


def worth_keeping(paths, *, least=1.0, largest_step=0.7):
    """Which paths tell something: not those that stand still, nor those that jump.

    Parameters
    ----------
    paths : array, shape (N, L + 1, 2)
    least : float
        Pixels. A path that strays less from its mean, in x as in y, is static.
    largest_step : float
        A path of which one step is more than this share of the whole way has lost its point.

    Returns
    -------
    boolean array, shape (N,)
    """
    steps = np.linalg.norm(np.diff(paths, axis=1), axis=2)
    way = steps.sum(axis=1)
    moves = paths.std(axis=1).max(axis=1) >= least
    return moves & (steps.max(axis=1) <= largest_step * np.maximum(way, 1e-12))
