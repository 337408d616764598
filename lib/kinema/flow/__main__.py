"""Flow between two pictures, from the command line: ``python -m kinema.flow --help``."""

import argparse
import sys
from pathlib import Path

import numpy as np

from kinema.flow import derivatives, lucas_kanade, normal_flow

EPILOG = """\
Motion is in pixels per frame, u to the right and v down. The picture shows direction as hue and
speed as saturation, white for no motion, grey where the method gives no answer; the wheel in its
lower right corner is the key, and its rim is --max-speed.

Methods
  lucas-kanade  least squares over a window; no answer on flat regions and on lone edges. One level,
                one iteration: right for motions up to about a pixel.
  normal        the part of the motion across each edge, from single pixels.

Examples
  python -m kinema.flow frame0.png frame1.png -o flow.png
  python -m kinema.flow frame0.png frame1.png -o flow.png --window 15 --flo flow.flo
  python -m kinema.flow frame10.png frame11.png -o flow.png --truth flow10.flo

The shipped footage gives two frames to try:
  python -c "from kinema.data import *; c = load_clip('city').frames; [write_image(f'city{k}.png', c[k]) for k in (0, 1)]"
  python -m kinema.flow city0.png city1.png -o flow.png
"""

METHODS = {
    "lucas-kanade": lambda I0, I1, window: lucas_kanade(I0, I1, window=window, gradient_of="mean"),
    "normal": lambda I0, I1, window: normal_flow(*derivatives(I0, I1, gradient_of="mean")),
}


def read_gray(path):
    """Picture as gray brightness in [0, 1], float32 (H, W): the mean of its channels."""
    from kinema.data import read_image

    image = read_image(path).astype(np.float32) / 255
    return image if image.ndim == 2 else image.mean(axis=2)


def estimate(I0, I1, *, method="lucas-kanade", window=15):
    """Flow (2, H, W) between two gray frames by the named method (see `METHODS`)."""
    return METHODS[method](I0, I1, window)


def picture_with_wheel(flow, *, max_speed=None):
    """Flow as colour with the wheel in the lower right corner, uint8 (H, W, 3), and the wheel's rim.

    Without `max_speed` the rim is the 99th percentile of speed: a single wild pixel would otherwise
    wash out the rest.
    """
    from kinema.viz import flow_to_color, wheel_picture

    if max_speed is None:
        speed = np.hypot(*flow)
        known = speed[np.isfinite(speed)]
        max_speed = float(np.percentile(known, 99)) if known.size and known.max() > 0 else 1.0
    picture = flow_to_color(flow, max_speed=max_speed)
    height, width = picture.shape[:2]
    size = max(9, min(height, width) // 4) | 1
    if size + 4 <= min(height, width):
        wheel = wheel_picture(size)
        y, x = np.mgrid[:size, :size] - (size - 1) / 2
        corner = picture[height - size - 2 : height - 2, width - size - 2 : width - 2]
        corner[np.hypot(x, y) <= (size - 1) / 2] = wheel[np.hypot(x, y) <= (size - 1) / 2]
    return picture, max_speed


def build_parser():
    """The command's options; its help is its manual."""
    parser = argparse.ArgumentParser(
        prog="python -m kinema.flow",
        description="Estimate the optical flow from FRAME0 to FRAME1 and write it as a colour picture.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("frame0", metavar="FRAME0", type=Path, help="first picture (any format Pillow reads)")
    parser.add_argument("frame1", metavar="FRAME1", type=Path, help="second picture, same size")
    parser.add_argument("-o", "--out", metavar="PNG", type=Path, required=True, help="colour picture to write")
    parser.add_argument("--method", choices=sorted(METHODS), default="lucas-kanade", help="default: %(default)s")
    parser.add_argument(
        "--window", metavar="PIXELS", type=int, default=15, help="odd side of the window; default: %(default)s"
    )
    parser.add_argument(
        "--max-speed", metavar="PX", type=float, help="speed at the wheel's rim; default: 99th percentile of the result"
    )
    parser.add_argument("--flo", metavar="OUT", type=Path, help="also write the flow as a Middlebury .flo file")
    parser.add_argument(
        "--truth", metavar="FLO", type=Path, help="true flow (.flo, or KITTI .png): also print the end-point error"
    )
    return parser


def check_targets(arguments):
    """Refuse outputs that cannot be written, or that would overwrite an input or each other."""
    from kinema.data import picture_suffixes

    taken = {p.resolve(): p for p in (arguments.frame0, arguments.frame1, arguments.truth) if p is not None}
    for target in (arguments.out, arguments.flo):
        if target is None:
            continue
        if target.is_dir() or not target.absolute().parent.is_dir():
            raise ValueError(f"{target} cannot be written: name a file in a folder that exists")
        if target.resolve() in taken:
            raise ValueError(f"{target} is already an input or the other output: choose another name")
        taken[target.resolve()] = target
    if arguments.out.suffix.lower() not in picture_suffixes():
        raise ValueError(f"{arguments.out} has no picture's suffix: name it .png (or .jpg, .webp, .tif)")


def replace_file(target, write):
    """Write beside `target` first, so that a failure leaves what was there."""
    draft = target.with_name(f".{target.stem}-draft{target.suffix}")
    try:
        write(draft)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def run(arguments):
    """Do what the parsed `arguments` ask; returns the lines to print."""
    from kinema.data import read_flo, read_kitti_flow, write_flo, write_image
    from kinema.metrics import epe

    if arguments.max_speed is not None and not 0 < arguments.max_speed < np.inf:
        raise ValueError(f"--max-speed must be a positive number, got {arguments.max_speed}")
    check_targets(arguments)
    flow = estimate(
        read_gray(arguments.frame0), read_gray(arguments.frame1), method=arguments.method, window=arguments.window
    )
    truth = None
    if arguments.truth is not None:
        truth = read_kitti_flow(arguments.truth) if arguments.truth.suffix.lower() == ".png" else read_flo(arguments.truth)
        if not np.isfinite(truth).all(axis=0).any():
            raise ValueError(f"{arguments.truth} holds no known flow: every pixel of it is unknown")
        if truth.shape != flow.shape:
            raise ValueError(f"{arguments.truth} is {truth.shape[2]} x {truth.shape[1]} pixels, the frames are not")
    solved = np.isfinite(flow).all(axis=0)
    picture, max_speed = picture_with_wheel(flow, max_speed=arguments.max_speed)
    replace_file(arguments.out, lambda path: write_image(path, picture))
    lines = [f"wrote {arguments.out}: {solved.mean():.1%} of the pixels solved, wheel's rim {max_speed:.3g} pixels/frame"]
    if arguments.flo is not None:
        replace_file(arguments.flo, lambda path: write_flo(path, flow))
        lines.append(f"wrote {arguments.flo}")
    if truth is not None:
        known = np.isfinite(truth).all(axis=0)
        lines.append(
            f"EPE {epe(flow.astype(truth.dtype), truth):.3f} px over the {np.mean(solved[known]):.1%} of known pixels solved; "
            f"EPE {epe(np.where(solved, flow, 0).astype(truth.dtype), truth):.3f} px over all known pixels, unsolved taken as still; "
            f"no motion at all {epe(np.zeros_like(truth), truth):.3f} px"
        )
    return lines


def main(argv=None):
    """Run the command; returns its exit status."""
    arguments = build_parser().parse_args(argv)
    try:
        print("\n".join(run(arguments)))
    except (ValueError, OSError, ImportError, MemoryError) as error:
        print(f"error: {error or 'not enough memory for these pictures'}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
