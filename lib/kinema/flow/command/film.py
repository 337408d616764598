"""Flow through a film: what ``python -m kinema.flow FILM -o MP4`` does.

Frames are read, solved, drawn and written one by one, so that memory does not grow with the film.
"""

import itertools
from contextlib import ExitStack, closing
from typing import NamedTuple

import numpy as np

from kinema.flow.command.methods import estimate
from kinema.flow.command.pictures import picture_with_wheel, rim_speed, to_gray, with_arrows
from kinema.progress import progress
from kinema.flow.command.targets import check_folder, check_speed, check_targets

FIRST_PAIRS = 5  # whose speeds set the wheel's rim; their flows are kept until it is known


class Pair(NamedTuple):
    """One step of a film."""

    number: int
    """Of the first frame, from 0."""
    frame: np.ndarray
    """The first frame, uint8 (H, W, 3)."""
    flow: np.ndarray
    """To the second frame, (2, H, W)."""


def run_film(
    film,
    out,
    *,
    method,
    window=None,
    max_speed=None,
    side_by_side=False,
    arrows=False,
    scale=1.0,
    every=1,
    flo_dir=None,
    stop_at_damage=False,
):
    """Read, estimate, draw and write, with a progress line on stderr; returns the lines to print.

    Parameters
    ----------
    film, out : Path
    flo_dir : Path or None
    method, window, max_speed, side_by_side, arrows, scale, every, stop_at_damage
        As the command's options.
    """
    from kinema.data import VideoReader, VideoWriter, write_flo
    from kinema.data.drafts import draft_folder_of

    check_speed(max_speed)
    if not 0 < scale <= 1:
        raise ValueError(f"--scale must be above 0 and at most 1, got {scale}")
    if every < 1:
        raise ValueError(f"--every must be at least 1, got {every}")
    check_targets((film,), (out,))
    check_folder(flo_dir, (film, out))
    reader = VideoReader(film, broken="stop" if stop_at_damage else "raise")
    height, width = scaled_size(reader.size, scale)
    writer = VideoWriter(out, reader.fps / every, (height, 2 * width if side_by_side else width))
    total = (reader.frame_count_hint - 1) // every if reader.frame_count_hint else None
    with ExitStack() as stack:
        stack.enter_context(writer)  # left last: when the film is there, so is the folder
        folder = stack.enter_context(draft_folder_of(flo_dir)) if flo_dir is not None else None
        pairs = flow_pairs(reader, method=method, window=window, scale=scale, every=every)
        first = list(itertools.islice(pairs, FIRST_PAIRS))
        if not first:
            raise ValueError(f"{film} is too short: flow needs two frames" + (f", {every} apart" if every > 1 else ""))
        rim = rim_speed([pair.flow for pair in first]) if max_speed is None else max_speed
        solved = 0.0
        for pair in stack.enter_context(closing(progress(itertools.chain(first, pairs), total=total))):
            if arrows:
                picture = with_arrows(pair.frame, pair.flow, max_speed=rim)
            else:
                picture, _ = picture_with_wheel(pair.flow, max_speed=rim)
            writer.write(np.concatenate([pair.frame, picture], axis=1) if side_by_side else picture)
            solved += float(np.isfinite(pair.flow).all(axis=0).mean())
            if folder is not None:
                write_flo(folder / f"{pair.number:06d}.flo", pair.flow)
    found = "" if max_speed is not None else f", the 99th percentile of speed in the first {len(first)} pairs"
    lines = [
        f"wrote {out}: {writer.count} frames at {float(writer.fps):.5g} frames/s, "
        f"{solved / writer.count:.1%} of the pixels solved, wheel's rim {rim:.3g} pixels/frame{found}"
    ]
    if flo_dir is not None:
        lines.append(f"wrote {writer.count} .flo files to {flo_dir}")
    return lines


def flow_pairs(frames, *, method, window, scale=1.0, every=1):
    """Flow from each frame to the next of those chosen.

    Parameters
    ----------
    frames : iterable of uint8 array, shape (H, W, 3)
    method, window
        As in `estimate`.
    scale : float
        Frames are shrunk by this factor first.
    every : int
        Take every so many frames.

    Yields
    ------
    Pair
        Frame and flow of the shrunk size, in its pixels.
    """
    before = None
    for number, frame in enumerate(itertools.islice(frames, 0, None, every)):
        frame = shrunk(frame, scale)
        gray = to_gray(frame)
        if before is not None:
            yield Pair((number - 1) * every, before[0], estimate(before[1], gray, method=method, window=window))
        before = frame, gray


def scaled_size(size, scale):
    """Height and width shrunk by `scale`, at least one pixel each."""
    return tuple(max(1, round(scale * n)) for n in size)


def shrunk(frame, scale):
    """A uint8 frame averaged down by `scale`; each new pixel is the mean of the old ones that it covers."""
    if scale == 1:
        return frame
    from PIL import Image

    height, width = scaled_size(frame.shape[:2], scale)
    return np.asarray(Image.fromarray(frame).resize((width, height), Image.Resampling.BOX))
