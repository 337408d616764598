"""Which frames to generate next, and which to look at meanwhile: sampling schemes for long films.

A network sees a window of a few frames at once; a scheme makes a long film of many windows. Harvey et al. (2022),
"Flexible Diffusion Modeling of Long Videos", sec. 4 and fig. 3. A network trained on any pattern of frames takes any
scheme, so they can be compared without training again.
"""

import operator
from typing import NamedTuple

import numpy as np

from kinema.checks import check_choice, check_count

CHAINS = {"shortest": min, "longest": max}


class Stage(NamedTuple):
    """One call of the sampler."""

    generate: tuple[int, ...]
    """Indices of the frames to make, rising."""
    condition: tuple[int, ...]
    """Indices of the frames to look at, rising: each of them observed or generated before."""


class Plan:
    """The stages of a scheme, made one by one as they are asked for, and from the start each time.

    Iterate over it; ``list(plan)`` holds all stages at once.
    """

    def __init__(self, scheme, total, window, step, observed, **options):
        """`scheme` is a generator function of the other arguments."""
        self.total, self.window, self.step = (
            check_count(value, name) for value, name in ((total, "total"), (window, "window"), (step, "step"))
        )
        self.observed = _check_observed(observed)
        if self.observed > self.total:
            raise ValueError(f"{observed} frames are observed, but the film has {total} in all")
        if self.step >= self.window:
            raise ValueError(
                f"step of {step} leaves no room to condition in a window of {window} frames: it must be smaller"
            )
        self._scheme, self._options = scheme, options

    def __iter__(self):
        yield from self._scheme(self.total, self.window, self.step, self.observed, **self._options)

    def __repr__(self):
        options = "".join(f", {name}={value}" for name, value in self._options.items())
        return (
            f"{self._scheme.__name__.strip('_')}({self.total}{options}, window={self.window}, step={self.step}, "
            f"observed={self.observed})"
        )


def _check_observed(observed):
    try:
        count = operator.index(observed)
    except TypeError:
        count = -1
    if isinstance(observed, bool) or count < 0:
        raise ValueError(f"observed must be a number of frames, 0 or more, got {observed!r}")
    return count


def autoregressive(total, *, window, step, observed):
    """Each stage continues the film by `step` frames and looks at the `window` - `step` frames just before.

    Parameters
    ----------
    total : int
        Frames of the whole film, observed ones included.
    window : int
        Frames that the network sees at once.
    step : int
        How many of them it generates.
    observed : int
        Frames that are given, from the start of the film. With 0, the first stage makes `window` frames and looks
        at none.

    Returns
    -------
    Plan
        Iterable of `Stage`.

    Raises
    ------
    ValueError
        If a count is not positive (`observed` may be 0), `observed` exceeds `total`, or `step` fills the window.

    References
    ----------
    Harvey et al. (2022), sec. 4.

    Examples
    --------
    >>> for stage in autoregressive(8, window=4, step=2, observed=3):
    ...     print(stage.generate, "from", stage.condition)
    (3, 4) from (1, 2)
    (5, 6) from (3, 4)
    (7,) from (5, 6)
    """
    return Plan(_autoregressive, total, window, step, observed)


def _autoregressive(total, window, step, observed):
    done = observed
    if not done:
        done = min(window, total)
        yield Stage(tuple(range(done)), ())
    while done < total:
        end = min(done + step, total)
        yield Stage(tuple(range(done, end)), tuple(range(max(done - (window - step), 0), done)))
        done = end


def long_range(total, *, window, step, observed):
    """Autoregression that keeps its origin in sight: half of the frames it looks at are the last observed ones.

    Parameters, result and errors are those of `autoregressive`. With `observed` 0, the frames of the first stage stand
    in for observed ones. An odd number of places gives the extra one to the observed frames; a single place goes to
    the frame just before, without which the film would not hang together.

    References
    ----------
    Harvey et al. (2022), sec. 4.
    """
    return Plan(_long_range, total, window, step, observed)


def _long_range(total, window, step, observed):
    done = observed
    if not done:
        done = observed = min(window, total)
        yield Stage(tuple(range(done)), ())
    places = window - step
    recent = max(places // 2, 1)
    while done < total:
        near = range(max(done - recent, 0), done)
        origin = min(observed, near.start)  # observed frames that are recent as well are not taken twice
        far = range(max(origin - (places - len(near)), 0), origin)
        end = min(done + step, total)
        yield Stage(tuple(range(done, end)), (*far, *near))
        done = end


def hierarchy(total, *, levels, window, step, observed):
    """First a few frames all over the film, then the gaps between them.

    Level 1 puts `step` frames evenly over what is to come, in one stage that looks at frames evenly over what was
    observed. With three levels, the second fills in frames at a middle spacing. The last level takes what is
    missing, from left to right. From level 2 on a stage looks at all frames that lie between those it generates, then
    at the nearest that follow (at most half of the places left), then at the nearest that precede.

    Parameters
    ----------
    total, window, step : int
        As for `autoregressive`.
    levels : int
        2 or 3.
    observed : int
        As for `autoregressive`; with 0, level 1 puts `window` frames evenly over the whole film and looks at none.

    Returns
    -------
    Plan
        Iterable of `Stage`. A stage generates fewer than `step` frames where so many lie between them already
        that no place would be left to look before and after.

    Raises
    ------
    ValueError
        As for `autoregressive`, and if `levels` is neither 2 nor 3.

    References
    ----------
    Harvey et al. (2022), sec. 4, "Hierarchy-2" and "Hierarchy-3".

    Examples
    --------
    >>> for stage in hierarchy(12, levels=2, window=6, step=3, observed=3):
    ...     print(stage.generate, "from", stage.condition)
    (3, 7, 11) from (0, 1, 2)
    (4, 5, 6) from (2, 3, 7)
    (8, 9, 10) from (6, 7, 11)
    """
    check_choice(levels, (2, 3), "levels")
    return Plan(_hierarchy, total, window, step, observed, levels=levels)


def _hierarchy(total, window, step, observed, levels):
    there = bytearray(total)  # 1 where a frame exists: find and rfind are quick on it
    there[:observed] = b"\1" * observed
    if observed == total:
        return
    first = _evenly(observed, total, step if observed else window)
    yield Stage(first, _evenly(0, observed, window - step))
    _mark(there, first)
    gap = (total - observed) / max(len(first) - 1, 1)
    for level in range(2, levels + 1):
        spacing = int(gap ** ((levels - level) / (levels - 1)))  # geometric, and 1 on the last level
        last = there.find(0) - 1
        while wanted := _missing(there, last + spacing, spacing, step):
            stage = _surrounded(there, wanted, window, step)
            yield stage
            _mark(there, stage.generate)
            last = stage.generate[-1]


def _evenly(start, stop, count):
    """At most `count` frames of range(start, stop), evenly spaced, with both ends; one alone is the last.

    They part the range into spans of equal length, ends rounded down, except that a frame that falls on a whole number
    moves one to the left: so the last is stop - 1. That is the rounding of the authors' program after observed frames;
    without any it divides stop - 1 - start, which puts a frame one to the left here and there.
    """
    length = stop - start
    count = min(count, length)
    if count < 2:
        return (stop - 1,) * count
    return (start, *(start + (k * length - 1) // (count - 1) for k in range(1, count)))


def _mark(there, frames):
    for frame in frames:
        there[frame] = 1


def _missing(there, frame, spacing, count):
    """Up to `count` missing frames from `frame` on, `spacing` apart; one that is taken gives way to the next free one."""
    found = []
    while len(found) < count and 0 <= (frame := there.find(0, frame)) < len(there):
        found.append(frame)
        frame += spacing
    return found


def _surrounded(there, wanted, window, step):
    """Stage for as many of `wanted` as leave two places (or what the window has) to look before and after."""
    # The authors' program then also widens the spacing of those that stay; here it is the level's in every stage.
    least = min(2, window - step)
    count = len(wanted)
    while True:
        between = [frame for frame in range(wanted[0], wanted[count - 1]) if there[frame]]
        places = window - step if count == len(wanted) else window - count
        if count == 1 or places - len(between) >= least:
            break
        count -= 1
    generate = tuple(wanted[:count])
    after = _nearest(there, generate[-1], +1, (places - len(between)) // 2)
    before = _nearest(there, generate[0], -1, places - len(between) - len(after))
    return Stage(generate, (*reversed(before), *between, *after))


def _nearest(there, frame, direction, count):
    """Up to `count` existing frames, from `frame` (excluded) to the right (+1) or left (-1)."""
    found = []
    while len(found) < count:
        frame = there.find(1, frame + 1) if direction > 0 else there.rfind(1, 0, frame)
        if frame < 0:
            break
        found.append(frame)
    return found


def check_plan(stages, total, observed, *, window=None):
    """Refuse a plan that cannot be carried out, or that does not make the film.

    Parameters
    ----------
    stages : iterable of Stage, or of pairs of sequences of int
    total, observed : int
        Frames of the whole film; how many are given, from its start.
    window : int or None
        Frames that the network sees at once; None leaves it unchecked.

    Returns
    -------
    int
        Number of stages.

    Raises
    ------
    ValueError
        Naming the first fault: a frame outside the film, generated twice or never, or looked at before it exists; more
        frames than the window; a stage that generates nothing.
    """
    if not 0 <= observed <= total:
        raise ValueError(f"{observed} frames are observed, but the film has {total} in all")
    there = bytearray(total)
    there[:observed] = b"\1" * observed
    number = -1
    for number, (generate, condition) in enumerate(stages):
        if not len(generate):
            raise ValueError(f"stage {number} generates no frame")
        if window is not None and len(generate) + len(condition) > window:
            raise ValueError(
                f"stage {number} takes {len(generate) + len(condition)} frames, but the window holds {window}"
            )
        for frame in (*generate, *condition):
            if not 0 <= frame < total:
                raise ValueError(f"stage {number} names frame {frame}, but the film has frames 0 to {total - 1}")
        for frame in condition:
            if not there[frame]:
                raise ValueError(f"stage {number} looks at frame {frame} before it exists")
        if len(set(condition)) < len(condition):
            raise ValueError(f"stage {number} looks at a frame twice: {tuple(condition)}")
        for frame in generate:
            if there[frame]:
                what = "was observed" if frame < observed else "exists already"
                raise ValueError(f"stage {number} generates frame {frame}, which {what}")
            there[frame] = 1
    missing = there.find(0)
    if missing >= 0:
        others = there.count(0) - 1
        raise ValueError(f"frame {missing} is never generated" + (f", nor are {others} others" if others else ""))
    return number + 1


def depth(stages, *, chain="shortest"):
    """How many times over each frame was generated from generated frames.

    Parameters
    ----------
    stages : iterable of Stage
    chain : {"shortest", "longest"}
        A frame looks at several others. "shortest" counts back along the one that is closest to an observed frame:
        how far the film has drifted from anything real. "longest" counts back along the farthest: how many stages must
        wait for each other, however many run at once.

    Returns
    -------
    array of int, shape (frames up to the last that the plan names,)
        0 for an observed frame, 1 for one made from observed frames, or from nothing.

    Examples
    --------
    Autoregression moves away from what is real by one generation in each stage, a hierarchy never by more than
    its levels; but its last level fills the gaps from left to right, each stage waiting for the one before:

    >>> size = dict(window=20, step=10, observed=36)
    >>> for plan in autoregressive(1000, **size), hierarchy(1000, levels=2, **size):
    ...     print([int(depth(plan, chain=chain).max()) for chain in ("shortest", "longest")])
    [97, 97]
    [2, 97]
    """
    pick = CHAINS[check_choice(chain, CHAINS, "chain")]
    generations = {}
    for generate, condition in stages:
        generation = 1 + pick((generations.setdefault(frame, 0) for frame in condition), default=0)
        generations.update(dict.fromkeys(generate, generation))
    result = np.zeros(max(generations, default=-1) + 1, dtype=np.int64)
    if generations:
        result[list(generations)] = list(generations.values())
    return result
