"""The camera's way through a clip, and what it is good for: a steady picture, a panorama.

The motion from each frame to the next, chained, says where every frame looked. Frames laid back
along a smoother way make a steady clip; laid side by side they make one large picture.

A path is (T, 3, 3): matrix k takes a pixel of the *reference* frame to frame k, so the reference's own is the identity.
Paths are float64 whatever the frames are, since their matrices are multiplied along the whole clip.
"""

import math
from typing import Any, NamedTuple

import numpy as np

from kinema.arrays import is_floating, namespace, to_numpy
from kinema.checks import check_choice, check_frame
from kinema.flow.global_motion import estimate_motion
from kinema.flow.homography import frame_corners, homography_flow, inverse_matrix, shift_matrix, transform_points
from kinema.flow.warping import lands_inside, warp
from kinema.sampling import inside_frame, pixel_grid, sample_bicubic

BLENDS = ("median", "mean", "feather")
MAX_CANVAS = 100  # times the area of a frame


class Stabilised(NamedTuple):
    """What `stabilise` returns."""

    frames: Any
    seen: Any
    path: Any
    smooth: Any


class Mosaic(NamedTuple):
    """What `mosaic` returns."""

    image: Any
    count: Any
    origin: tuple


def _check_clip(frames, channel_axis):
    """Frames as (T, C, H, W) floats."""
    xp = namespace(frames)
    least = 3 if channel_axis is None else 4
    if frames.ndim != least:
        wanted = "(T, H, W)" if channel_axis is None else "T, H, W and a colour axis"
        raise ValueError(f"frames has shape {tuple(frames.shape)}: a clip needs {wanted} (see channel_axis)")
    if channel_axis is not None and channel_axis % 4 == 0:
        raise ValueError(f"channel_axis={channel_axis} is the time axis: frames come first")
    frames = check_frame(frames, "frames", channel_axis=channel_axis)
    return frames[:, None, ...] if channel_axis is None else xp.moveaxis(frames, 0, 1)


def _check_path(path, frames):
    if tuple(path.shape) != (frames.shape[0], 3, 3) or not is_floating(path):
        raise ValueError(f"path has shape {tuple(path.shape)}, expected ({frames.shape[0]}, 3, 3): see camera_path")
    xp = namespace(path, frames)
    return xp.astype(path, xp.float64)


def _stack(planes, channel_axis):
    """Planes (T, C, ...) with the colour axis where the caller has it."""
    xp = namespace(planes)
    return planes[:, 0, ...] if channel_axis is None else xp.moveaxis(planes, 1, channel_axis)


def _unit(matrix):
    return matrix / matrix[2, 2]


def camera_path(frames, *, model="affine", reference=0, channel_axis=None, **options):
    """Where each frame of a clip looked, from the motion between neighbours.

    Parameters
    ----------
    frames : array, shape (T, H, W), or with a colour axis that `channel_axis` names
        Colours are averaged before the motion is estimated.
    model : {"affine", "translation", "perspective", "rotation"}
        See `kinema.flow.motion_models`.
    reference : int
        The frame whose pixels all others are referred to; -1 is the last, T // 2 the middle one.
    channel_axis : int or None
        Colour axis, any but the first.
    **options
        Passed on to `estimate_motion` (focal, robust, levels, ...).

    Returns
    -------
    path : float64 array, shape (T, 3, 3)
        ``frames[reference](x) ≈ frames[k](path[k] x)``. Errors of the pairs add up along the chain.

    Raises
    ------
    ValueError
        As `estimate_motion`; also if `reference` is no frame.
    """
    planes = _check_clip(frames, channel_axis)
    xp = namespace(planes)
    count = planes.shape[0]
    if not -count <= reference < count:
        raise ValueError(f"reference={reference} is no frame of a clip of {count}")
    gray = xp.mean(planes, axis=1)
    steps = [
        xp.astype(estimate_motion(gray[k, ...], gray[k + 1, ...], model=model, **options).matrix, xp.float64)
        for k in range(count - 1)
    ]
    reference %= count
    path = {reference: xp.eye(3, dtype=xp.float64, device=planes.device)}
    for k in range(reference + 1, count):
        path[k] = _unit(steps[k - 1] @ path[k - 1])
    for k in range(reference - 1, -1, -1):
        path[k] = _unit(inverse_matrix(steps[k]) @ path[k + 1])
    return xp.stack([path[k] for k in range(count)])


def smooth_path(path, *, sigma=10.0):
    """A camera path without its jitter.

    Each frame is moved to the Gaussian-weighted mean of where its neighbours stood, seen from itself:
    S_t = sum_i g(i - t) P_i P_t^-1. So nothing depends on the reference frame, and no drift is fought.
    At both ends only the neighbours that exist are averaged.

    Parameters
    ----------
    path : floating-point array, shape (T, 3, 3)
        As `camera_path` returns it.
    sigma : float
        Standard deviation of the Gaussian, frames.

    Returns
    -------
    array, shape (T, 3, 3)
        The path of the steadied camera, about the same reference.

    References
    ----------
    Matsushita et al. (2006), "Full-frame video stabilization with motion inpainting".
    """
    if not sigma > 0:
        raise ValueError(f"sigma must be a positive number of frames, got {sigma}")
    if path.ndim != 3 or tuple(path.shape[1:]) != (3, 3):
        raise ValueError(f"path has shape {tuple(path.shape)}, expected (T, 3, 3): see camera_path")
    xp = namespace(path)
    time = xp.arange(path.shape[0], dtype=path.dtype, device=path.device)
    weight = xp.exp(-0.5 * ((time[:, None] - time[None, :]) / sigma) ** 2)
    weight = weight / xp.sum(weight, axis=1, keepdims=True)
    seen_from = path[None, ...] @ xp.linalg.inv(path)[:, None, ...]  # [t, i]: from frame t to frame i
    seen_from = seen_from / seen_from[..., 2:, 2:]
    steady = xp.sum(weight[..., None, None] * seen_from, axis=1) @ path
    return steady / steady[..., 2:, 2:]


def _path_of(frames, planes, path, channel_axis, options):
    """The path that was given, or the one that `options` ask for."""
    if path is None:
        return camera_path(frames, channel_axis=channel_axis, **options)
    if options:
        raise ValueError(f"{', '.join(options)} would find a path, but path is given: leave one of them out")
    return _check_path(path, planes)


def stabilise(frames, *, sigma=10.0, path=None, channel_axis=None, **options):
    """A clip as a steadier camera would have filmed it.

    Parameters
    ----------
    frames : array, shape (T, H, W), or with a colour axis that `channel_axis` names
    sigma : float or None
        Smoothing of the camera's path, frames (see `smooth_path`). None holds the camera still at the reference frame.
    path : floating-point array, shape (T, 3, 3), or None
        As `camera_path` returns it, which is asked when None.
    channel_axis : int or None
    **options
        Passed on to `camera_path`: model, reference, and those of `estimate_motion`.

    Returns
    -------
    frames : array, shape of `frames`
        Interpolated bicubically; NaN where the camera saw nothing.
    seen : boolean array, shape (T, H, W)
    path, smooth : float64 array, shape (T, 3, 3)
        The camera's path, and the one it was given instead.
    """
    planes = _check_clip(frames, channel_axis)
    xp = namespace(planes)
    path = _path_of(frames, planes, path, channel_axis, options)
    still = xp.zeros_like(path) + xp.eye(3, dtype=path.dtype, device=path.device)
    smooth = still if sigma is None else smooth_path(path, sigma=sigma)
    results, seen = [], []
    for k in range(planes.shape[0]):
        back = path[k, ...] @ inverse_matrix(smooth[k, ...])  # from the steady frame to the filmed one
        flow = homography_flow(back, planes.shape, like=planes)
        results.append(warp(planes[k, ...], flow, interpolation="bicubic"))
        seen.append(lands_inside(flow))
    return Stabilised(_stack(xp.stack(results), channel_axis), xp.stack(seen), path, smooth)


def common_view(seen):
    """The largest upright rectangle that every frame shows: what is left when a steadied clip is cropped.

    Parameters
    ----------
    seen : boolean array, shape (T, H, W)

    Returns
    -------
    rows, columns : slice
        For ``frames[:, rows, columns]``. Empty if no pixel is seen throughout.
    """
    everywhere = to_numpy(seen).all(axis=0)
    height = np.zeros(everywhere.shape[1] + 1, dtype=int)  # seen pixels above each column's; a 0 at the end closes all
    best = (0, 0, 0, 0, 0)
    for row, line in enumerate(everywhere):
        height[:-1] = np.where(line, height[:-1] + 1, 0)
        open_at = []  # columns where a rectangle of that height could start, ever higher
        for column, h in enumerate(height):
            start = column
            while open_at and open_at[-1][1] >= h:
                start, top = open_at.pop()
                best = max(best, (top * (column - start), row + 1 - top, row + 1, start, column))
            open_at.append((start, h))
    _, top, bottom, left, right = best
    return slice(int(top), int(bottom)), slice(int(left), int(right))


def _canvas(path, shape):
    """(height, width) that holds all frames, and the reference pixel (x, y) its first pixel lies on."""
    xp = namespace(path)
    corners = frame_corners(shape, like=path)
    places = xp.stack([transform_points(inverse_matrix(path[k, ...]), corners) for k in range(path.shape[0])])
    if not bool(xp.all(xp.isfinite(places))):
        raise ValueError("a frame reaches to infinity on the canvas: take an affine model, or fewer frames")
    left, top = (math.floor(float(xp.min(places[..., i])) + 1e-6) for i in (0, 1))
    right, bottom = (math.ceil(float(xp.max(places[..., i])) - 1e-6) for i in (0, 1))
    size = bottom - top + 1, right - left + 1
    if size[0] * size[1] > MAX_CANVAS * shape[-2] * shape[-1]:
        raise ValueError(
            f"the canvas would be {size[0]} x {size[1]} pixels, over {MAX_CANVAS} frames: the path ran away, or the "
            "camera turned too far for one plane; take fewer frames"
        )
    return size, (left, top)


def _on_canvas(frame, matrix, size, origin):
    """A frame (C, H, W) drawn on the canvas, whether each pixel is in it, and how far from its border."""
    height, width = frame.shape[-2:]
    flow = homography_flow(matrix @ shift_matrix(origin, matrix), size, like=frame)
    x, y = pixel_grid(*size, like=frame)
    x, y = x + flow[0, ...], y + flow[1, ...]
    xp = namespace(frame)
    depth = xp.minimum(xp.minimum(x, width - 1 - x), xp.minimum(y, height - 1 - y)) + 1
    inside = inside_frame(x, y, height, width)
    return sample_bicubic(frame, x, y), inside, xp.where(inside, depth, xp.zeros_like(depth))


def _median(values, seen):
    """Median over the first axis of `values` (T, C, H, W) where `seen` (T, H, W); NaN where nothing is."""
    xp = namespace(values)
    count = xp.sum(xp.astype(seen, xp.int64), axis=0)
    # Unseen values sort last; the two middle ones of the others are picked out by comparison.
    ordered = xp.sort(xp.where(seen[:, None, ...], values, xp.full_like(values, math.inf)), axis=0)
    rank = xp.reshape(xp.arange(values.shape[0], dtype=xp.int64, device=values.device), (-1, 1, 1))
    middle = [xp.astype(rank == half, values.dtype)[:, None, ...] for half in ((count - 1) // 2, count // 2)]
    ordered = xp.where(xp.isfinite(ordered), ordered, xp.zeros_like(ordered))
    median = xp.sum(ordered * (middle[0] + middle[1]), axis=0) / 2
    return xp.where(count > 0, median, xp.full_like(median, math.nan))


def mosaic(frames, *, path=None, blend="median", channel_axis=None, **options):
    """One large picture from the frames of a moving camera.

    Parameters
    ----------
    frames : array, shape (T, H, W), or with a colour axis that `channel_axis` names
    path : floating-point array, shape (T, 3, 3), or None
        As `camera_path` returns it, which is asked when None. A reference in the middle of the clip bends the
        ends least.
    blend : {"median", "mean", "feather"}
        Of the frames that show a pixel: the median, which forgets what only passed by; the mean; or a mean that
        weighs each frame by the distance to its border, so that no seam shows.
    channel_axis : int or None
    **options
        Passed on to `camera_path`: model, reference, and those of `estimate_motion`.

    Returns
    -------
    image : array, shape (H', W'), or with the colour axis in its place
        Bicubic; NaN where no frame looked.
    count : integer array, shape (H', W')
        Frames that show each pixel.
    origin : (int, int)
        (x, y) of the reference frame on which the canvas' first pixel lies: at most 0 each.

    Raises
    ------
    ValueError
        As `camera_path`; also if the canvas would be larger than 100 frames.
    """
    check_choice(blend, BLENDS, "blend")
    planes = _check_clip(frames, channel_axis)
    xp = namespace(planes)
    path = _path_of(frames, planes, path, channel_axis, options)
    size, origin = _canvas(path, planes.shape)
    drawn = (_on_canvas(planes[k, ...], path[k, ...], size, origin) for k in range(planes.shape[0]))
    if blend == "median":
        values, seen, _ = (xp.stack(part) for part in zip(*drawn, strict=True))
        image, count = _median(values, seen), xp.sum(xp.astype(seen, xp.int64), axis=0)
    else:
        total = weights = count = 0
        for value, inside, depth in drawn:
            weight = depth if blend == "feather" else xp.astype(inside, planes.dtype)
            total = total + xp.where(inside, weight * value, xp.zeros_like(value))
            weights, count = weights + weight, count + xp.astype(inside, xp.int64)
        nothing = weights == 0
        image = total / xp.where(nothing, xp.full_like(weights, math.nan), weights)
    image = image[0, ...] if channel_axis is None else xp.moveaxis(image, 0, _picture_axis(channel_axis))
    return Mosaic(image, count, origin)


def _picture_axis(channel_axis):
    """The colour axis of one picture, where a clip with time in front has it at `channel_axis`."""
    return channel_axis if channel_axis < 0 else channel_axis - 1
