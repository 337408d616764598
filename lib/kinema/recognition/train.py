"""``python -m kinema.recognition.train``: train a registered network on a micro data set or on a folder of films."""

import argparse
import inspect
import sys

EPILOG = """\
Data
  directions, texture-speed, two-events, point-lights   made on the fly
  ucf101:FOLDER, hmdb51:FOLDER, kinetics:FOLDER, charades:FOLDER   see kinema.recognition.video_sets

Examples
  python -m kinema.recognition.train r3d_18 directions --width 16 --frames 8 --side 32 --epochs 4
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
    parser.add_argument("--frames", type=int, default=16, help="frames of a clip (default %(default)s)")
    parser.add_argument("--side", type=int, default=112, help="side of the square frames, pixels (default %(default)s)")
    parser.add_argument("--width", type=int, help="channels of the first stage, where the network has that option")
    parser.add_argument("--epochs", type=int, default=10, help="passes over the data (default %(default)s)")
    parser.add_argument("--batch", type=int, default=16, help="clips per step, all processes (default %(default)s)")
    parser.add_argument("--lr", type=float, default=1e-3, help="highest learning rate (default %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of weights, data and order (default %(default)s)")
    parser.add_argument("--workers", type=int, default=0, help="processes that prepare clips (default %(default)s)")
    parser.add_argument("-o", "--checkpoint", help="file to write after every epoch, and to go on from")
    return parser


def data_set(text, *, clips, frames, side, seed):
    """(training set, number of classes) of the argument `data`."""
    from kinema.recognition import micro, video_sets

    made = {
        "directions": lambda: (micro.Directions(clips, frames=frames, size=side, seed=seed), 2),
        "texture-speed": lambda: (micro.TextureSpeed(clips, frames=frames, size=side, seed=seed), 4),
        "two-events": lambda: (micro.TwoEvents(clips, size=side, seed=seed), 2),
        "point-lights": lambda: (micro.PointLights(clips, frames=frames, size=side, seed=seed), 2),
    }
    kind, _, folder = text.partition(":")
    if kind in made and not folder:
        return made[kind]()
    if kind in video_sets.READERS and folder:
        films = video_sets.READERS[kind](folder, split="train")
        sampler = video_sets.ClipSampler(frames=frames, side=side, seed=seed)
        return video_sets.FilmClips(films, sampler), len(films.classes)
    raise ValueError(f"no data called {text!r}: {', '.join(made)}, or {':FOLDER, '.join(video_sets.READERS)}:FOLDER")


def network(name, classes, *, frames, side, width=None):
    """The registered network for `classes`, with what options it has for size."""
    from kinema.cost.registry import MODELS, check_name

    model = MODELS[check_name(name)]
    if len(model.shapes) != 1 or len(model.shapes[0]) != 5 or not model.builder.startswith("kinema.recognition"):
        raise ValueError(f"{name} is no network of single clips")
    module, function = model.builder.split(":")
    import importlib

    build = getattr(importlib.import_module(module), function)
    options = {**model.options, "classes": classes}
    if module.endswith("c3d"):
        options["clip"] = (frames, side, side)
    if name == "stacked_resnet18":
        options["frames"] = frames
    if width is not None:
        options["width"] = width
    try:
        return build(**options)
    except TypeError as error:
        takes = ", ".join(inspect.signature(build).parameters)
        raise ValueError(f"{name} does not take these options ({error}); it takes {takes}") from error


def main(argv=None):
    """Run the command; returns its exit status."""
    arguments = build_parser().parse_args(argv)
    import torch
    import torch.distributed as dist

    from kinema.recognition.training import fit, join_processes

    try:
        rank, _ = join_processes()
        size = dict(frames=arguments.frames, side=arguments.side)
        data, classes = data_set(arguments.data, clips=arguments.clips, seed=arguments.seed, **size)
        torch.manual_seed(arguments.seed)
        net = network(arguments.net, classes, width=arguments.width, **size)
        history = fit(
            net, data, epochs=arguments.epochs, batch=arguments.batch, lr=arguments.lr, seed=arguments.seed,
            checkpoint=arguments.checkpoint, workers=arguments.workers,
        )  # fmt: skip
        if rank == 0:
            for number, epoch in enumerate(history, 1):
                print(f"epoch {number:3}  loss {epoch.loss:.4f}  right {epoch.accuracy:.1%}")
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
