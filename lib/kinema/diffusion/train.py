"""``python -m kinema.diffusion.train``: train the course's video network on moving shapes, moving digits or your own films."""

import argparse
import sys

import torch
import torch.distributed as dist

from kinema.compute import join_processes
from kinema.diffusion.clips.digits import MovingDigits
from kinema.diffusion.clips.films import FolderFilms
from kinema.diffusion.clips.shapes import MovingShapes
from kinema.diffusion.generation import generate
from kinema.diffusion.masks import task_mask
from kinema.diffusion.nets.video_unet import VideoUNet
from kinema.diffusion.training import fit

MADE = 1_000_000  # films of a kind that is made on the fly: none is seen often
STRIPS = (("unconditional", 0), ("future", 3), ("past", 3), ("interpolation", 4))  # tasks of the picture of samples

EPILOG = """\
Data
  shapes          one coloured shape that glides and bounces, with captions
  digits          two handwritten digits (needs scikit-learn)
  FOLDER          any folder of films; their middle squares

Examples
  python -m kinema.diffusion.train shapes --steps 300 --samples samples.png
  python -m kinema.diffusion.train digits --widths 48,96,128 --steps 20000 -o digits.pt
  torchrun --nproc-per-node 2 -m kinema.diffusion.train ~/films --size 64 --batch 32 -o films.pt

The checkpoint (-o) is written every --every steps. Run the same command again and it goes on where it stopped.
"""


def build_parser():
    """The command's options; its help is its manual."""
    parser = argparse.ArgumentParser(
        prog="python -m kinema.diffusion.train", description=__doc__.partition(": ")[2], epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("data", help="what to train on, see below")
    parser.add_argument("--size", type=int, default=32, help="side of the square frames, pixels, a multiple of 8 (default %(default)s)")
    parser.add_argument("--frames", type=int, default=8, help="frames of a clip (default %(default)s)")
    parser.add_argument("--length", type=int, default=48, help="frames of a film that a clip may span (default %(default)s)")
    parser.add_argument(
        "--widths", type=lambda text: tuple(int(n) for n in text.split(",")), default=(32, 64, 96),
        help="channels of each level, multiples of 4 (default 32,64,96)",
    )  # fmt: skip
    parser.add_argument("--steps", type=int, default=10_000, help="of training (default %(default)s)")
    parser.add_argument("--batch", type=int, default=8, help="clips per step, all processes (default %(default)s)")
    parser.add_argument("--lr", type=float, default=1e-3, help="highest learning rate (default %(default)s)")
    parser.add_argument("--decay", type=float, default=0.999, help="of the running average of the weights (default %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of weights, films, masks and noise (default %(default)s)")
    parser.add_argument("--every", type=int, default=500, help="steps between checkpoints (default %(default)s)")
    parser.add_argument("-o", "--checkpoint", help="file to write, and to go on from")
    parser.add_argument("--samples", help="picture (.png) of samples for the four tasks, drawn anew at every checkpoint")
    return parser


def films_of(name, *, size, length, seed):
    """The films that the argument `data` names."""
    if size % 8:
        raise ValueError(f"--size must be a multiple of 8, for the network halves frames three times; got {size}")
    if name == "shapes":
        return MovingShapes(MADE, size=size, seed=seed)
    if name == "digits":
        return MovingDigits(MADE, size=size, seed=seed)
    return FolderFilms(name, size=size, length=length)


def strips(net, films, frames):
    """A row of frames for each of the four tasks, given frames under a white bar: uint8 (H, W, 3)."""
    rows = []
    for number, (task, given) in enumerate(STRIPS):
        clip = torch.from_numpy(films.frames(number % len(films), range(frames))).permute(3, 0, 1, 2)[None] * 2 - 1
        mask = torch.from_numpy(task_mask(task, frames, min(given, frames - 1)))
        made = generate(net, clip, mask, seed=number)[0].cpu()
        picture = ((made + 1) / 2).clamp(0, 1).expand(3, -1, -1, -1).clone()                # (3, F, H, W)
        picture[:, mask, :1] = 1.0
        rows.append(picture.permute(2, 1, 3, 0).flatten(1, 2))                              # (H, F·W, 3)
    return (torch.cat(rows) * 255).byte().numpy()


def main(argv=None):
    """Run the command; returns its exit status."""
    arguments = build_parser().parse_args(argv)
    try:
        rank, _ = join_processes()
        films = films_of(arguments.data, size=arguments.size, length=arguments.length, seed=arguments.seed)
        torch.manual_seed(arguments.seed)
        net = VideoUNet(films.channels, widths=arguments.widths, words=len(films.vocabulary))

        def look(average, step):
            if arguments.samples:
                from kinema.data.formats import write_image

                write_image(arguments.samples, strips(average, films, arguments.frames))
                print(f"step {step}: wrote {arguments.samples}", flush=True)

        _, losses = fit(
            net, films, steps=arguments.steps, frames=arguments.frames, length=arguments.length, batch=arguments.batch,
            lr=arguments.lr, decay=arguments.decay, seed=arguments.seed, checkpoint=arguments.checkpoint,
            every=arguments.every, look=look,
        )  # fmt: skip
        if rank == 0:
            for count, loss in enumerate(losses, 1):
                print(f"step {min(count * arguments.every, arguments.steps):6}  loss {loss:.4f}")
    except (ValueError, OSError, ImportError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped; the same command goes on from the last checkpoint", file=sys.stderr)
        return 130
    finally:
        if dist.is_initialized():
            dist.destroy_process_group()
    return 0


if __name__ == "__main__":
    sys.exit(main())
