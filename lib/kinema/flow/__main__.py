"""Flow from the command line, of two pictures or of a film: ``python -m kinema.flow --help``."""

import argparse
import signal
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

from kinema.flow.command.film import run_film
from kinema.flow.command.methods import METHODS
from kinema.flow.command.pair import run_pair

EPILOG = """\
Motion is in pixels per frame, u to the right and v down. The picture shows direction as hue and
speed as saturation, white for no motion, grey where the method gives no answer; the wheel in its
lower right corner is the key, and its rim is --max-speed.

A film is read, solved and written frame by frame: it may be of any length. All its frames share one
rim, or the colours would flicker: unless --max-speed sets it, the 99th percentile of speed over the
first five pairs of frames, which the command prints. Each frame of OUT shows the motion to the next
one, so OUT has one frame less than the film, at the same rate. If anything fails, or on Ctrl-C,
nothing is written, and an older OUT stays as it was.

Methods
  pyramidal     Lucas–Kanade from coarse to fine, with warping: right for motions of many pixels. In the
                end unsure arrows follow sure ones, up to the edges of the frame. An answer
                everywhere; on flat regions it is a guess. The default.
  tv-l1         least total variation: keeps motion boundaries sharp. Several times slower.
  lucas-kanade  least squares over a window; no answer on flat regions and on lone edges. One level,
                one iteration: right for motions up to about a pixel.
  normal        the part of the motion across each edge, from single pixels.

Examples
  python -m kinema.flow frame0.png frame1.png -o flow.png
  python -m kinema.flow frame0.png frame1.png -o flow.png --window 15 --method lucas-kanade
  python -m kinema.flow frame0.png frame1.png -o flow.png --method tv-l1 --flo flow.flo
  python -m kinema.flow frame10.png frame11.png -o flow.png --truth flow10.flo
  python -m kinema.flow film.mp4 -o flow.mp4
  python -m kinema.flow film.mov -o flow.mp4 --scale 0.5 --side-by-side --arrows --max-speed 3

The shipped footage gives two frames to try:
  python -c "from kinema.data import *; c = load_clip('city').frames; [write_image(f'city{k}.png', c[k]) for k in (0, 1)]"
  python -m kinema.flow city0.png city1.png -o flow.png
"""


def build_parser():
    """The command's options; its help is its manual."""
    parser = argparse.ArgumentParser(
        prog="python -m kinema.flow",
        description="Estimate the optical flow from FRAME0 to FRAME1, or through a FILM, and write it in colour.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        usage="%(prog)s FRAME0 FRAME1 -o PNG [options]\n       %(prog)s FILM -o MP4 [options]",
    )
    parser.add_argument(
        "inputs",
        metavar="FRAME0 FRAME1 | FILM",
        type=Path,
        nargs="+",
        help="two pictures of one size (any format Pillow reads), or a film (any format FFmpeg reads)",
    )
    parser.add_argument(
        "-o", "--out", metavar="OUT", type=Path, required=True, help="colour picture (.png), or film (.mp4), to write"
    )
    parser.add_argument("--method", choices=sorted(METHODS), default="pyramidal", help="default: %(default)s")
    parser.add_argument(
        "--window",
        metavar="PIXELS",
        type=int,
        help="odd side of the window (pyramidal, default 11; lucas-kanade, default 15)",
    )
    parser.add_argument(
        "--max-speed",
        metavar="PX",
        type=float,
        help="speed at the wheel's rim, pixels per frame; default: 99th percentile of the result (film: first pairs)",
    )
    pictures = parser.add_argument_group("two pictures only")
    pictures.add_argument("--flo", metavar="FLO", type=Path, help="also write the flow as a Middlebury .flo file")
    pictures.add_argument(
        "--truth", metavar="FLO", type=Path, help="true flow (.flo, or KITTI .png): also print the end-point error"
    )
    film = parser.add_argument_group("a film only")
    film.add_argument("--side-by-side", action="store_true", help="show each frame to the left of its flow")
    film.add_argument("--arrows", action="store_true", help="draw arrows over the frames instead of colours")
    film.add_argument(
        "--scale",
        metavar="S",
        type=float,
        help="shrink the frames by this factor first, above 0 and at most 1; results are in small pixels",
    )
    film.add_argument(
        "--every", metavar="N", type=int, help="take every N-th frame: larger motions, and a rate divided by N"
    )
    film.add_argument(
        "--flo-dir", metavar="DIR", type=Path, help="also write each flow to DIR/NUMBER.flo; DIR must be new or empty"
    )
    film.add_argument(
        "--stop-at-damage", action="store_true", help="where the film is damaged, end there instead of failing"
    )
    return parser


PICTURES_ONLY = ("flo", "truth")
FILM_ONLY = ("side_by_side", "arrows", "scale", "every", "flo_dir", "stop_at_damage")


def run(arguments):
    """Do what the parsed `arguments` ask; returns the lines to print."""
    given = {name: value for name, value in vars(arguments).items() if value is not None and value is not False}
    inputs = given.pop("inputs")
    if len(inputs) > 2:
        raise ValueError(f"give two pictures or one film, not {len(inputs)} files")
    film = len(inputs) == 1
    for name in PICTURES_ONLY if film else FILM_ONLY:
        if name in given:
            raise ValueError(f"--{name.replace('_', '-')} is for {'two pictures' if film else 'a film'}: see --help")
    return (run_film if film else run_pair)(*inputs, **given)


class Ended(BaseException):
    """A signal asked the command to end; its number."""


@contextmanager
def ended_by_signals():
    """Turn SIGTERM and SIGHUP into `Ended`, so that drafts are removed; those that are ignored (nohup) stay so."""

    def end(number, frame):
        raise Ended(number)

    if threading.current_thread() is not threading.main_thread():  # only there may signals be caught
        yield
        return
    before = {}
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows knows no SIGHUP
        if number is not None and signal.getsignal(number) == signal.SIG_DFL:
            before[number] = signal.signal(number, end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def main(argv=None):
    """Run the command; returns its exit status."""
    arguments = build_parser().parse_args(argv)
    try:
        with ended_by_signals():
            print("\n".join(run(arguments)))
    except Ended as signal_number:
        return 128 + signal_number.args[0]
    except (ValueError, OSError, ImportError, MemoryError) as error:
        print(f"error: {error or 'not enough memory for these frames'}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
