"""Small networks that come trained, each with the recipe that made it, so that anybody can make it again.

    python -m kinema.recognition.trained textures            # loads it and lets it answer unseen clips
    python -m kinema.recognition.trained textures --record   # trains it anew and writes its file

What trains too long for a page is trained once. The files hold half-precision weights and lie in `kinema/data/nets`.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import torch
from torch import nn
from torch.utils.data import TensorDataset

from kinema.checks import check_choice
from kinema.recognition.micro import TextureSpeed, batch_of
from kinema.recognition.training import accuracy, fit

NETS = Path(__file__).parents[1] / "data" / "nets"
DEVICE = torch.device("cpu")  # the same weights everywhere


class Recipe(NamedTuple):
    """How a network is made."""

    build: Callable
    """Returns it, untrained."""
    data: Callable
    """data(count, seed) returns clips; seed 0 to learn from, 1 to be judged by."""
    clips: int
    unseen: int
    epochs: int
    batch: int
    lr: float

    def settings(self):
        """The numbers that, with the code, decide what comes out."""
        return {"clips": self.clips, "unseen": self.unseen, "epochs": self.epochs, "batch": self.batch, "lr": self.lr}


def texture_net(classes=8, *, width=8):
    """Three convolutions in space and time, a mean over all places, and a linear layer: clips (B, 3, T, H, W)."""

    def stage(cin, cout, pool):
        return [nn.Conv3d(cin, cout, 3, padding=1), nn.BatchNorm3d(cout), nn.ReLU(), nn.MaxPool3d(pool)]

    return nn.Sequential(
        *stage(3, width, (1, 2, 2)), *stage(width, 2 * width, (1, 2, 2)), *stage(2 * width, 4 * width, 1),
        nn.AdaptiveAvgPool3d(1), nn.Flatten(), nn.Linear(4 * width, classes),
    )  # fmt: skip


def four_textures(count, seed):
    """Clips of 12 frames of 32 x 32: four textures at two speeds, class 2 · texture + (0 slow, 1 fast)."""
    return TextureSpeed(count, textures=4, speeds=(0.5, 2.5), frames=12, size=32, seed=seed)


RECIPES = {
    "textures": Recipe(texture_net, four_textures, clips=480, unseen=320, epochs=8, batch=16, lr=5e-3),
}


def held(data):
    """A data set made on the fly, made once."""
    return TensorDataset(*batch_of(data))


def make(name):
    """Train the network `name` from scratch, on the CPU: a minute or so."""
    recipe = RECIPES[check_choice(name, tuple(RECIPES), "name")]
    torch.manual_seed(0)
    net = recipe.build()
    fit(net, held(recipe.data(recipe.clips, 0)), epochs=recipe.epochs, batch=recipe.batch, lr=recipe.lr, device=DEVICE)
    return net


def judged(name, net):
    """Share of the recipe's unseen clips that `net` answers right."""
    recipe = RECIPES[name]
    return accuracy(net, held(recipe.data(recipe.unseen, 1)), device=DEVICE)


def record(name):
    """Train `name` and write its file; returns the file's path."""
    net = make(name).half().float()  # as it will be read
    state = {key: value.half() if value.is_floating_point() else value for key, value in net.state_dict().items()}
    NETS.mkdir(exist_ok=True)
    path = NETS / f"{name}.pt"
    torch.save({"weights": state, "settings": RECIPES[name].settings(), "right": judged(name, net)}, path)
    return path


def recorded(name):
    """What the file of `name` holds: its "weights", the "settings" it was made with, the share it answered "right"."""
    path = NETS / f"{check_choice(name, tuple(RECIPES), 'name')}.pt"
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: python -m kinema.recognition.trained {name} --record makes it")
    return torch.load(path, map_location="cpu", weights_only=True)


def trained(name):
    """A network that comes trained.

    Parameters
    ----------
    name : {"textures"}

    Returns
    -------
    torch.nn.Module
        In evaluation mode, its weights fixed.

    Raises
    ------
    ValueError
        If there is none of this name.
    FileNotFoundError
        If its file is missing.
    """
    weights = recorded(name)["weights"]
    net = RECIPES[name].build()
    net.load_state_dict(weights)
    return net.requires_grad_(False).eval()


def main(argv=None):
    """Run the command; returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m kinema.recognition.trained", description=__doc__.partition(",")[0])
    parser.add_argument("name", choices=RECIPES)
    parser.add_argument("--record", action="store_true", help="train it anew and write its file")
    arguments = parser.parse_args(argv)
    try:
        if arguments.record:
            print(f"wrote {record(arguments.name)}")
        share, settings = judged(arguments.name, trained(arguments.name)), recorded(arguments.name)["settings"]
    except (OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"{arguments.name}: {share:.1%} right of {settings['unseen']} unseen clips; made with {settings}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
