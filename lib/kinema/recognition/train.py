"""``python -m kinema.recognition.train``: train a registered network on a micro data set or on a folder of films."""

import argparse
import importlib
import inspect
import math
import sys

import torch
import torch.distributed as dist

from kinema.compute import join_processes
from kinema.cost.registry import MODELS, check_name
from kinema.recognition import micro, video_sets
from kinema.recognition.film_clips import ClipSampler, FilmClips
from kinema.recognition.training import fit

SNIPPETS = ("kinema.recognition.segments", "kinema.recognition.relations")  # (B, K, C, H, W): no clips, though as long
FRAMES = 16
MOST = 4  # times the published width: sixteen times the weights

EPILOG = """\
Data
  directions, texture-speed, two-events, point-lights, which-moves   made on the fly
  ucf101:FOLDER, hmdb51:FOLDER, kinetics:FOLDER, charades:FOLDER   see kinema.recognition.video_sets

Examples
  python -m kinema.recognition.train r3d_18 directions --width 16 --frames 8 --side 32 --epochs 4
  python -m kinema.recognition.train i3d directions --width 0.125 --frames 8 --side 32 --epochs 4
  python -m kinema.recognition.train r2plus1d_18 ucf101:data/ucf101 --frames 16 --side 112 -o run.pt
  torchrun --nproc-per-node 2 -m kinema.recognition.train r3d_18 directions --width 16 -o run.pt

The checkpoint (-o) is written after every epoch. Run the same command again and it goes on where it stopped.
"""


def build_parser():
    """The command's options; its help is its manual."""
    parser = argparse.ArgumentParser(
        prog="python -m kinema.recognition.train", description=__doc__.partition(": ")[2],
        epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("net", help="a name that python -m kinema.cost --list shows, of a network of single clips")
    parser.add_argument("data", help="what to train on, see below")
    parser.add_argument("--clips", type=int, default=512, help="clips of a micro data set (default %(default)s)")
    parser.add_argument("--frames", type=int, help=f"frames of a clip (default {FRAMES}, of which-moves 5; two-events has its own)")
    parser.add_argument("--side", type=int, default=112, help="side of the square frames, pixels (default %(default)s)")
    parser.add_argument(
        "--width", type=number,
        help="channels of the first stage (64 is published), or, of I3D, S3D and ECO, what to multiply all channels by "
        "(1 is published)",
    )  # fmt: skip
    parser.add_argument("--epochs", type=int, default=10, help="passes over the data (default %(default)s)")
    parser.add_argument("--batch", type=int, default=16, help="clips per step, all processes (default %(default)s)")
    parser.add_argument("--lr", type=float, default=1e-3, help="highest learning rate (default %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of weights, data and order (default %(default)s)")
    parser.add_argument("--workers", type=int, default=0, help="processes that prepare clips (default %(default)s)")
    parser.add_argument("-o", "--checkpoint", help="file to write after every epoch, and to go on from")
    return parser


def number(text):
    """A whole number as int, another as float; for argparse."""
    try:
        return int(text)
    except ValueError:
        return float(text)


def data_set(text, *, clips, frames=None, side, seed):
    """(training set, number of classes, frames of a clip) of the argument `data`; `frames` None is the usual number."""
    kind, _, folder = text.partition(":")
    length = frames if frames is not None else 5 if kind == "which-moves" else FRAMES
    made = {
        "directions": lambda: (micro.Directions(clips, frames=length, size=side, seed=seed), 2),
        "texture-speed": lambda: (micro.TextureSpeed(clips, frames=length, size=side, seed=seed), 4),
        "two-events": lambda: (micro.TwoEvents(clips, size=side, seed=seed), 2),
        "point-lights": lambda: (micro.PointLights(clips, frames=length, size=side, seed=seed), 2),
        "which-moves": lambda: (micro.WhichMoves(clips, frames=length, size=side, seed=seed), 2),
    }
    if kind in made and not folder:
        data, classes = made[kind]()
        if kind == "two-events":
            own = data[0][0].shape[1]
            if frames is not None:
                raise ValueError(f"two-events has films of its own length, {own} frames: leave out --frames")
            length = own
        return data, classes, length
    if kind in video_sets.READERS and folder:
        films = video_sets.READERS[kind](folder, split="train")
        sampler = ClipSampler(frames=length, side=side, seed=seed)
        return FilmClips(films, sampler), len(films.classes), length
    raise ValueError(f"no data called {text!r}: {', '.join(made)}, or {':FOLDER, '.join(video_sets.READERS)}:FOLDER")


def single_clip_model(name):
    """The registered network `name`, which must take one clip of colour, (B, 3, T, H, W), and nothing else."""
    model = MODELS[check_name(name)]
    module = model.builder.partition(":")[0]
    if module in SNIPPETS:
        raise ValueError(f"{name} is no network of single clips: it takes snippets (B, K, C, H, W) of a longer video")
    (shape, *others) = model.shapes
    if others or len(shape) != 5 or shape[1] != 3 or not module.startswith("kinema.recognition."):
        takes = " and ".join("(B" + "".join(f", {n}" for n in s[1:]) + ")" for s in model.shapes)
        raise ValueError(f"{name} is no network of single clips (B, 3, T, H, W): it takes {takes}")
    return model


def published_width(build, net):
    """Default of the option `width`: of the builder, else of the first part of `net` that has one; None without."""
    for function in (build, *(type(part).__init__ for part in net.modules())):
        option = inspect.signature(function).parameters.get("width")
        if option is not None and isinstance(option.default, int | float):
            return option.default
    return None


def check_width(name, width, published):
    """`width` as the network `name` takes it: a number of channels, or, where `published` is at most 1, a factor."""
    if published is None:
        raise ValueError(f"{name} has no option for its width: leave out --width")
    if published <= 1:
        if not (math.isfinite(width) and 0 < width <= MOST * published):
            raise ValueError(
                f"--width multiplies all channels of {name} ({published:g} is published), got {width}: "
                f"give a number between 0 and {MOST * published:g}, such as 0.25"
            )
        return float(width)
    if not (math.isfinite(width) and width == int(width) and 1 <= width <= MOST * published):
        raise ValueError(
            f"--width counts the channels of {name}'s first stage ({published} is published), got {width}: "
            f"give a whole number between 1 and {MOST * published}, such as {published // 4}"
        )
    return int(width)


def built(name, build, options):
    """``build(**options)``, with options that it does not know as one line."""
    try:
        return build(**options)
    except TypeError as error:
        takes = ", ".join(inspect.signature(build).parameters)
        raise ValueError(f"{name} does not take these options ({error}); it takes {takes}") from error


def try_clip(name, build, options, *, frames, side):
    """Build the network and run one clip through it, on shapes alone: what cannot work fails before it costs."""
    try:
        with torch.device("meta"), torch.no_grad():
            built(name, build, options).eval()(torch.empty(1, 3, frames, side, side))
    except (RuntimeError, ArithmeticError, LookupError) as error:
        width = f" with --width {options['width']}" if "width" in options else ""
        raise ValueError(
            f"{name}{width} cannot take clips of {frames} frames of {side} x {side} pixels "
            f"({(str(error).splitlines() or [type(error).__name__])[0]}): try other --frames, --side or --width"
        ) from error


def network(name, classes, *, frames, side, width=None):
    """The registered network for `classes`, with what options it has for size.

    Parameters
    ----------
    name : str
        As ``python -m kinema.cost --list`` shows it.
    classes, frames, side : int
        Of the data: its classes, and the length and side of its clips.
    width : int, float or None
        Channels of the first stage, or a factor for all channels: see `check_width`. None is the published network.

    Raises
    ------
    ValueError
        If it is no network of single clips, or cannot be built so or run on such clips.
    """
    model = single_clip_model(name)
    module, function = model.builder.split(":")
    build = getattr(importlib.import_module(module), function)
    options = {**model.options, "classes": classes}
    if module.endswith("c3d"):
        options["clip"] = (frames, side, side)
    if name == "stacked_resnet18":
        options["frames"] = frames
    if width is not None:
        with torch.device("meta"):
            options["width"] = check_width(name, width, published_width(build, built(name, build, options)))
    try_clip(name, build, options, frames=frames, side=side)
    return built(name, build, options)


def main(argv=None):
    """Run the command; returns its exit status."""
    arguments = build_parser().parse_args(argv)
    try:
        rank, _ = join_processes()
        data, classes, frames = data_set(
            arguments.data, clips=arguments.clips, frames=arguments.frames, side=arguments.side, seed=arguments.seed
        )
        torch.manual_seed(arguments.seed)
        net = network(arguments.net, classes, frames=frames, side=arguments.side, width=arguments.width)
        history = fit(
            net, data, epochs=arguments.epochs, batch=arguments.batch, lr=arguments.lr, seed=arguments.seed,
            checkpoint=arguments.checkpoint, workers=arguments.workers,
        )  # fmt: skip
        if rank == 0:
            for count, epoch in enumerate(history, 1):
                print(f"epoch {count:3}  loss {epoch.loss:.4f}  right {epoch.accuracy:.1%}")
    except (ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped; the same command goes on after the last whole epoch", file=sys.stderr)
        return 130
    finally:
        if dist.is_initialized():
            dist.destroy_process_group()
    return 0


if __name__ == "__main__":
    sys.exit(main())
