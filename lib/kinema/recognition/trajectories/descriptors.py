"""What happens along a path: its shape, gradients of brightness, of the flow itself, and of each of its components.

Wang et al. (2013), section 3.3. A tube of 32 x 32 pixels around the path is cut into 2 x 2 places and 3 times; in
each, directions are counted, weighted by magnitude.
"""

import numpy as np

SIDE, PLACES, TIMES = 32, 2, 3
BINS = {"hog": 8, "hof": 9, "mbh_x": 8, "mbh_y": 8}
# Numbers of each descriptor for paths of 15 steps: 30 + 96 + 108 + 96 + 96 = 426.
DESCRIPTORS = {"trajectory": 30, **{name: bins * PLACES**2 * TIMES for name, bins in BINS.items()}}
STILL = 0.4  # pixels/frame: flow shorter than this counts as none


def trajectory_shape(paths):
    """Steps of each path, divided by the length of the way: (N, L + 1, 2) to (N, 2 L), x and y in turn."""
    steps = np.diff(paths, axis=1)
    way = np.linalg.norm(steps, axis=2).sum(axis=1)
    return (steps / np.maximum(way, 1e-12)[:, None, None]).reshape(len(paths), -1)


def orientation_maps(gx, gy, bins):
    """Magnitude of (gx, gy) at each pixel, shared between the two nearest of `bins` directions.

    Parameters
    ----------
    gx, gy : array, shape (H, W)
    bins : int
        Directions over the full circle; bin 0 points right, bin 1 the next one clockwise on the screen.

    Returns
    -------
    array, shape (bins, H, W)
        Sums over bins to the magnitude.
    """
    magnitude = np.hypot(gx, gy)
    place = (np.arctan2(gy, gx) / (2 * np.pi) * bins) % bins
    low = np.floor(place).astype(int) % bins
    share = place - np.floor(place)
    maps = np.zeros((bins, *magnitude.shape))
    rows, columns = np.indices(magnitude.shape)
    maps[low, rows, columns] = magnitude * (1 - share)
    maps[(low + 1) % bins, rows, columns] += magnitude * share
    return maps


def motion_maps(flow):
    """Eight directions of flow, and a ninth bin that counts one where there is none."""
    still = np.hypot(*flow) < STILL
    moving = orientation_maps(np.where(still, 0, flow[0]), np.where(still, 0, flow[1]), BINS["hof"] - 1)
    return np.concatenate([moving, still[None].astype(float)])


def frame_maps(image, flow):
    """Orientation maps of one frame.

    Parameters
    ----------
    image : array, shape (H, W)
    flow : array, shape (2, H, W)
        To the next frame, pixels.

    Returns
    -------
    dict of str to array, shape (bins, H, W)
        "hog" from slopes of brightness, "hof" from flow, "mbh_x" and "mbh_y" from slopes of its components.
    """
    maps = {"hof": motion_maps(flow)}
    for name, field in (("hog", image), ("mbh_x", flow[0]), ("mbh_y", flow[1])):
        gy, gx = np.gradient(field)
        maps[name] = orientation_maps(gx, gy, BINS[name])
    return maps


def running_sums(maps):
    """Sums of `maps` (bins, H, W) over all pixels above and to the left: (bins, H + 1, W + 1)."""
    bins, H, W = maps.shape
    running = np.zeros((bins, H + 1, W + 1))
    running[:, 1:, 1:] = maps.cumsum(axis=1).cumsum(axis=2)
    return running


def box_sums(running, points, *, side=SIDE, places=PLACES):
    """Sums of maps over the places of a square around each point.

    Parameters
    ----------
    running : array, shape (bins, H + 1, W + 1)
        The maps' `running_sums`.
    points : array, shape (N, 2)
        (x, y); the square is cut off at the frame's border.

    Returns
    -------
    array, shape (N, places, places, bins)
        Rows of places first. Four reads each, however large the square.
    """
    bins, H, W = running.shape[0], running.shape[1] - 1, running.shape[2] - 1
    corner = np.rint(points).astype(int) - side // 2
    cell = side // places
    sums = np.empty((len(points), places, places, bins))
    for row in range(places):
        for column in range(places):
            x0, x1 = (np.clip(corner[:, 0] + (column + k) * cell, 0, W) for k in (0, 1))
            y0, y1 = (np.clip(corner[:, 1] + (row + k) * cell, 0, H) for k in (0, 1))
            total = running[:, y1, x1] - running[:, y0, x1] - running[:, y1, x0] + running[:, y0, x0]
            sums[:, row, column] = total.T
    return sums


def describe(paths, sums):
    """Descriptors of paths that begin at one frame.

    Parameters
    ----------
    paths : array, shape (N, L + 1, 2)
    sums : sequence of L dicts
        `running_sums` of the `frame_maps` of each frame from the first to the last but one.

    Returns
    -------
    dict of str to array
        "trajectory" (N, 2 L), "hog", "mbh_x", "mbh_y" (N, 96), "hof" (N, 108), each histogram with length 1.

    Raises
    ------
    ValueError
        If there are not as many maps as steps.
    """
    L = paths.shape[1] - 1
    if len(sums) != L:
        raise ValueError(f"paths of {L} steps need maps of {L} frames, got {len(sums)}")
    result = {"trajectory": trajectory_shape(paths)}
    for name in BINS:
        times = np.zeros((TIMES, len(paths), PLACES, PLACES, BINS[name]))
        for t in range(L):
            times[t * TIMES // L] += box_sums(sums[t][name], paths[:, t])
        histogram = np.moveaxis(times, 0, 1).reshape(len(paths), -1)
        result[name] = histogram / np.maximum(np.linalg.norm(histogram, axis=1, keepdims=True), 1e-12)
    return result
