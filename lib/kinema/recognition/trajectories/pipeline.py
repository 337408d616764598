"""From frames to trajectories and their 426 numbers: sampling, following, taking the camera off, describing."""

from collections import deque
from typing import NamedTuple

import numpy as np

from kinema.filters import gaussian_blur, median_filter
from kinema.flow.pyramidal import pyramidal_lucas_kanade
from kinema.progress import progress
from kinema.recognition.trajectories.camera import camera_homography, without_camera
from kinema.recognition.trajectories.descriptors import DESCRIPTORS, SIDE, describe, frame_maps, running_sums, trajectory_shape
from kinema.recognition.trajectories.tracking import dense_points, follow, worth_keeping
from kinema.sampling import sample_bilinear

SHRINK = 2**-0.5


class Trajectories(NamedTuple):
    """What `dense_trajectories` found."""

    paths: np.ndarray
    """(N, L + 1, 2): (x, y) in pixels of the full frame."""
    start: np.ndarray
    """(N,): frame in which each begins."""
    scale: np.ndarray
    """(N,): 0 for the full frame, 1 for one smaller by the square root of 2, ..."""
    parts: dict
    """Name of a descriptor to (N, numbers)."""

    @property
    def descriptors(self):
        """All parts side by side: (N, 426) for paths of 15 steps."""
        return np.concatenate([self.parts[name] for name in DESCRIPTORS], axis=1)


def smaller(image, factor):
    """`image` (H, W) with its sides times `factor`: blurred, then sampled."""
    H, W = (round(n * factor) for n in image.shape)
    blurred = gaussian_blur(image, 0.6 * np.sqrt(max(0.0, factor**-2 - 1)) + 1e-6)
    y, x = np.mgrid[:H, :W] / factor
    return np.asarray(sample_bilinear(blurred, np.minimum(x, image.shape[1] - 1), np.minimum(y, image.shape[0] - 1)))


def dense_trajectories(
    frames, *, length=15, step=5, scales=8, quality=0.001, camera=True, least=1.0, flow=None, seed=0
):
    """Follow a dense grid of points and describe what happens along each path.

    Parameters
    ----------
    frames : array, shape (T, H, W)
        Gray, in [0, 1]; T > length.
    length : int
        L, steps of a path.
    step : int
        Pixels between grid points.
    scales : int
        At most so many sizes of the frame, each smaller by the square root of 2; those too small for the 32-pixel
        square are left out.
    quality : float
        As for `dense_points`.
    camera : bool
        Whether the camera's motion is taken off the flow before it is described: what "improved" means. Points are
        followed by the flow as it is; paths that hardly move against the background are dropped.
    least : float
        Pixels, of `worth_keeping`.
    flow : callable or None
        flow(I0, I1) as (2, H, W), pixels/frame; None is the course's pyramidal Lucas–Kanade.
    seed : int
        Of RANSAC.

    Returns
    -------
    Trajectories

    Raises
    ------
    ValueError
        If there are not more than `length` frames, or they are too small.
    """
    frames = np.asarray(frames, dtype=np.float64)
    if frames.ndim != 3 or len(frames) <= length:
        raise ValueError(f"frames must be (T, H, W) with more than {length} of them, got shape {frames.shape}")
    if min(frames.shape[1:]) < SIDE:
        raise ValueError(f"frames of {frames.shape[1]} x {frames.shape[2]} are smaller than the {SIDE}-pixel square")
    flow = flow or pyramidal_lucas_kanade
    factors = [SHRINK**k for k in range(scales) if min(frames.shape[1:]) * SHRINK**k >= SIDE]
    found = []
    for k, factor in enumerate(progress(factors, total=len(factors), what="scales")):
        clip = frames if k == 0 else np.stack([smaller(frame, factor) for frame in frames])
        found += _one_scale(clip, k, factor, length, step, quality, camera, least, flow, seed)
    names = list(DESCRIPTORS)
    if not found:
        empty = {name: np.zeros((0, 2 * length if name == "trajectory" else DESCRIPTORS[name])) for name in names}
        return Trajectories(np.zeros((0, length + 1, 2)), np.zeros(0, int), np.zeros(0, int), empty)
    paths, start, scale, parts = zip(*found, strict=True)
    together = {name: np.concatenate([p[name] for p in parts]) for name in names}
    return Trajectories(np.concatenate(paths), np.concatenate(start), np.concatenate(scale), together)


def _one_scale(clip, k, factor, length, step, quality, camera, least, flow, seed):
    """(paths, start, scale, parts) of the paths that end in each frame of one size."""
    groups, found = {}, []                               # paths by the frame in which they began
    # Of the last `length` frames: what is counted, and what the camera did.
    sums, pushes = deque(maxlen=length), deque(maxlen=length)
    for t in range(len(clip) - 1):
        taken = np.concatenate([paths[:, -1] for paths in groups.values()]) if groups else None
        groups[t] = dense_points(clip[t], step=step, quality=quality, taken=taken)[:, None]
        arrows = np.asarray(flow(clip[t], clip[t + 1]), dtype=np.float64)
        steady = np.stack([np.asarray(median_filter(c, 3)) for c in arrows])
        matrix = camera_homography(clip[t], steady, seed=seed)[0] if camera else np.eye(3)
        own = without_camera(steady, matrix) if camera else steady
        sums.append({name: running_sums(maps) for name, maps in frame_maps(clip[t], own).items()})
        pushes.append(steady - own)
        for start, paths in list(groups.items()):
            moved, inside = follow(paths[:, -1], steady)
            groups[start] = np.concatenate([paths, moved[:, None]], axis=1)[inside]
        done = groups.pop(t + 1 - length, None)
        if done is not None and len(done):
            first = t + 1 - length
            # The shape that counts is that against the background.
            shift = np.stack([follow(done[:, s], pushes[s])[0] - done[:, s] for s in range(length)], axis=1)
            against = done.copy()
            against[:, 1:] -= shift.cumsum(axis=1)
            keep = worth_keeping(against, least=least)
            if keep.any():
                parts = describe(done[keep], list(sums))
                parts["trajectory"] = trajectory_shape(against[keep])
                count = int(keep.sum())
                found.append((done[keep] / factor, np.full(count, first), np.full(count, k), parts))
    return found
