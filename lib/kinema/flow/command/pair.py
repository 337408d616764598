"""Flow between two pictures: what ``python -m kinema.flow FRAME0 FRAME1 -o PNG`` does."""

from contextlib import ExitStack

import numpy as np

from kinema.flow.command.methods import estimate
from kinema.flow.command.pictures import picture_with_wheel, read_gray
from kinema.flow.command.targets import check_speed, check_targets


def run_pair(frame0, frame1, out, *, method, window=None, max_speed=None, flo=None, truth=None):
    """Estimate, draw and write; returns the lines to print.

    Parameters
    ----------
    frame0, frame1, out, flo, truth : Path
        As the command's arguments; the last two may be None.
    method, window, max_speed
        As the command's options.
    """
    from kinema.data import picture_suffixes, read_flo, read_kitti_flow, write_flo, write_image
    from kinema.data.drafts import draft_of

    check_speed(max_speed)
    check_targets((frame0, frame1, truth), (out, flo))
    if out.suffix.lower() not in picture_suffixes():
        raise ValueError(f"{out} has no picture's suffix: name it .png (or .jpg, .webp, .tif)")
    flow = estimate(read_gray(frame0), read_gray(frame1), method=method, window=window)
    known_flow = None
    if truth is not None:
        known_flow = read_kitti_flow(truth) if truth.suffix.lower() == ".png" else read_flo(truth)
        if not np.isfinite(known_flow).all(axis=0).any():
            raise ValueError(f"{truth} holds no known flow: every pixel of it is unknown")
        if known_flow.shape != flow.shape:
            raise ValueError(f"{truth} is {known_flow.shape[2]} x {known_flow.shape[1]} pixels, the frames are not")
    solved = np.isfinite(flow).all(axis=0)
    picture, max_speed = picture_with_wheel(flow, max_speed=max_speed)
    with ExitStack() as both:
        write_image(both.enter_context(draft_of(out)), picture)
        if flo is not None:
            write_flo(both.enter_context(draft_of(flo)), flow)
    lines = [f"wrote {out}: {solved.mean():.1%} of the pixels solved, wheel's rim {max_speed:.3g} pixels/frame"]
    if flo is not None:
        lines.append(f"wrote {flo}")
    if known_flow is not None:
        lines.append(errors(flow, known_flow))
    return lines


def errors(flow, truth):
    """One line: the end-point error of `flow`, with its unsolved pixels left out and taken as still."""
    from kinema.metrics import epe

    solved, known = (np.isfinite(x).all(axis=0) for x in (flow, truth))
    flow = flow.astype(truth.dtype)
    return (
        f"EPE {epe(flow, truth):.3f} px over the {np.mean(solved[known]):.1%} of known pixels solved; "
        f"EPE {epe(np.where(solved, flow, 0), truth):.3f} px over all known pixels, unsolved taken as still; "
        f"no motion at all {epe(np.zeros_like(truth), truth):.3f} px"
    )
