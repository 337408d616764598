"""Which pixels can be tracked: flat, edge or corner, and the best corners of a frame.

The eigenvalues of the second-moment matrix answer from one image alone. Shi & Tomasi (1994).
"""

import numpy as np

from kinema.arrays import namespace, to_numpy
from kinema.checks import check_frame, check_same_shape
from kinema.filters import window_taps
from kinema.flow.derivatives import central_difference
from kinema.flow.structure_tensor import eigenvalues, structure_tensor

FLAT, EDGE, CORNER = 0, 1, 2


def classify(lambda1, lambda2, *, threshold, max_condition=10.0):
    """Sort pixels into flat, edge and corner by the eigenvalues of their windows.

    Parameters
    ----------
    lambda1, lambda2 : floating-point array, any one shape
        Eigenvalues, larger first (see `eigenvalues`).
    threshold : float
        Below it an eigenvalue counts as noise. Same unit as the eigenvalues.
    max_condition : float
        A corner has lambda1 / lambda2 of at most this.

    Returns
    -------
    labels : int64 array, shape of `lambda1`
        `FLAT` (0) where even lambda1 is below the threshold, `CORNER` (2) where lambda2 reaches it
        and the ratio is small enough, `EDGE` (1) otherwise.
    """
    xp = namespace(lambda1, lambda2)
    check_same_shape(lambda1=lambda1, lambda2=lambda2)
    if bool(xp.any(lambda1 < lambda2)):
        raise ValueError("lambda1 is smaller than lambda2 somewhere: give the larger eigenvalue first")
    flat = lambda1 < threshold
    corner = ~flat & (lambda2 >= threshold) & (lambda1 <= max_condition * lambda2)
    edge = xp.astype(~flat & ~corner, xp.int64)
    return edge * EDGE + xp.astype(corner, xp.int64) * CORNER


def corner_score(image, *, window=5, weights="box", channel_axis=None):
    """Shi–Tomasi score: the smaller eigenvalue of each pixel's second-moment matrix.

    Parameters
    ----------
    image : array, shape (..., H, W)
        One frame; the other is not needed.
    window, weights, channel_axis
        As in `structure_tensor`.

    Returns
    -------
    score : array, shape (..., H, W)
        lambda2 divided by the window's total weight and the number of channels: a mean squared slope, (brightness/pixel)².

    References
    ----------
    Shi & Tomasi (1994).
    """
    taps = window_taps(window, weights)
    image = check_frame(image, "image", channel_axis=channel_axis, min_size=max(3, window))
    axis = None if channel_axis is None else 0
    J = structure_tensor(central_difference(image, -1), central_difference(image, -2), window=window, weights=weights, channel_axis=axis)
    channels = 1 if axis is None else image.shape[0]
    return eigenvalues(*J)[1] / (channels * sum(taps) ** 2)


def _local_maxima(score):
    """Pixels of a numpy array that no neighbour exceeds."""
    padded = np.pad(score, 1, constant_values=-np.inf)
    height, width = score.shape
    shifts = [padded[1 + dy : 1 + dy + height, 1 + dx : 1 + dx + width] for dy in (-1, 0, 1) for dx in (-1, 0, 1)]
    return score >= np.max(shifts, axis=0)


def good_features(image, *, max_points=100, quality=0.01, min_distance=5, window=5, channel_axis=None):
    """Corners worth tracking, best first: Shi–Tomasi score, local maximum, kept apart.

    Parameters
    ----------
    image : array, shape (H, W), or with a colour axis when `channel_axis` is named
    max_points : int
        At most this many.
    quality : float in (0, 1]
        Least score, as a fraction of the best one.
    min_distance : float
        Least distance between two corners, pixels.
    window, channel_axis
        As in `corner_score`.

    Returns
    -------
    points : array, shape (N, 2)
        (x, y), in the namespace and on the device of `image`. Empty where nothing stands out.

    References
    ----------
    Shi & Tomasi (1994).
    """
    xp = namespace(image)
    if not 0 < quality <= 1:
        raise ValueError(f"quality must lie in (0, 1], got {quality}")
    if max_points < 1:
        raise ValueError(f"max_points must be at least 1, got {max_points}")
    score = corner_score(image, window=window, channel_axis=channel_axis)
    if score.ndim != 2:
        raise ValueError(f"image has a batch: its score has shape {tuple(score.shape)}; give one frame at a time")
    # The greedy choice is sequential and short, so it happens on the host.
    host = to_numpy(score)
    peaks = _local_maxima(host) & (host >= quality * host.max()) & (host > 0)
    order = np.flatnonzero(peaks)
    order = order[np.argsort(-host.ravel()[order], kind="stable")]
    kept = []
    width = host.shape[1]
    for index in order.tolist():
        y, x = divmod(index, width)
        if all((x - a) ** 2 + (y - b) ** 2 >= min_distance**2 for a, b in kept):
            kept.append((x, y))
            if len(kept) == max_points:
                break
    points = xp.asarray(kept, dtype=score.dtype, device=score.device)
    return xp.reshape(points, (len(kept), 2))
