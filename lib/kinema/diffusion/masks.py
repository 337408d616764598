"""Which frames are given, and which are to be made: one boolean per frame, True where it is given.

Unconditional generation, prediction of the future or the past, and interpolation differ in nothing else. The samplers
here draw what a network is trained on, as FDM, MCVD and RaMViD do.
"""

import math
from typing import NamedTuple

import numpy as np

from kinema.checks import check_choice, check_count

TASKS = ("unconditional", "future", "past", "interpolation")


def task_mask(task, frames, given=0):
    """Mask of one of the four tasks.

    Parameters
    ----------
    task : {"unconditional", "future", "past", "interpolation"}
    frames : int
        Of the clip.
    given : int
        How many are given; fewer than `frames`. For "interpolation" at least 2: half of them, rounded up, at the start,
        the others at the end. For "unconditional" it is 0.

    Returns
    -------
    bool array, shape (frames,)
        True for given frames.

    Raises
    ------
    ValueError
        If there is no such task, or it cannot have so many given frames.
    """
    check_choice(task, TASKS, "task")
    check_count(frames, "frames")
    least = {"unconditional": 0, "interpolation": 2}.get(task, 1)
    if task == "unconditional" and given:
        raise ValueError(f"unconditional generation has no given frames, got given={given}")
    if not least <= given < frames:
        raise ValueError(f"{task} of {frames} frames takes {least} to {frames - 1} given ones, got {given}")
    mask = np.zeros(frames, dtype=bool)
    front = {"future": given, "past": 0, "interpolation": -(-given // 2)}.get(task, 0)
    mask[:front] = True
    mask[frames - (given - front) :] |= given > front
    return mask


class Draw(NamedTuple):
    """Frames of a film to train on at once."""

    times: np.ndarray
    """Indices in the film, int (F,)."""
    observed: np.ndarray
    """True for given frames, bool (F,)."""


def fdm_draw(rng, frames, length, *, fill=False):
    """At most `frames` frames of a film of `length`, in groups of every spacing, given or to be made by the toss of a coin.

    Groups are drawn one after another: a size from 1 to `frames`, a spacing whose logarithm is uniform, a place. The
    first group is to be made, each later one is so or is given. The group that would be one too many is left out.

    Parameters
    ----------
    rng : numpy Generator
    frames, length : int
    fill : bool
        Keep of that last group what there is room for: then there are always `frames` frames (or all of a shorter film),
        and clips can be stacked without padding.

    Returns
    -------
    Draw
        At least one frame is to be made.

    References
    ----------
    Harvey et al. (2022), section 3.2 and algorithm 2.
    """
    check_count(frames, "frames")
    chosen = {}
    for first in (True, *[False] * (50 * length)):
        size = int(rng.integers(1, min(frames, length) + 1))
        spacing = 1 if size == 1 else math.exp(rng.uniform(0, math.log(max((length - 1) / (size - 1), 1))))
        start = rng.uniform(0, length - 1 - spacing * (size - 1)) if length > 1 else 0.0
        group = {int(k): False if first else None for k in np.floor(start + spacing * np.arange(size) + 0.5)}
        if not first:
            group = dict.fromkeys(group, bool(rng.integers(2)))
        if len({**chosen, **group}) > frames:
            if not fill:
                break
            new = rng.permutation([k for k in group if k not in chosen])[: frames - len(chosen)]
            group = {int(k): group[int(k)] for k in new}
        chosen = {**group, **chosen}  # what is there stays as it is
        if len(chosen) == frames:
            break
    times = np.array(sorted(chosen))
    return Draw(times, np.array([chosen[k] for k in times], dtype=bool))


def mcvd_mask(rng, past, current, future, *, drop_past=0.5, drop_future=0.5):
    """Past and future frames, each block given or dropped by itself; the frames between are to be made.

    Returns
    -------
    bool array, shape (past + current + future,)
        Dropped frames are not given; MCVD shows zeros in their place and does not make them.

    References
    ----------
    Voleti, Jolicoeur-Martineau & Pal (2022), section 3.
    """
    check_count(current, "current")
    there = (rng.random() >= drop_past, rng.random() >= drop_future)
    return np.concatenate([np.full(past, there[0]), np.zeros(current, bool), np.full(future, there[1])])


def ramvid_mask(rng, frames, *, most=4, none=0.25):
    """Up to `most` frames anywhere are given; with probability `none`, not one.

    References
    ----------
    Höppe et al. (2022), section 3.1.
    """
    if not 1 <= check_count(most, "most") < check_count(frames, "frames"):
        raise ValueError(f"most must leave a frame to make: from 1 to {frames - 1}, got {most}")
    mask = np.zeros(frames, dtype=bool)
    if rng.random() >= none:
        mask[rng.choice(frames, size=int(rng.integers(1, most + 1)), replace=False)] = True
    return mask
