"""What the Fast pathway's first layer learns from each input that it may be shown. The nets come trained.

    python -m kinema.recognition.first_filters            # says how well each answered unseen clips
    python -m kinema.recognition.first_filters --record   # trains all five anew and writes the file, some minutes

Small SlowFast networks, the same but for the Fast pathway's input, on tinted textures at two speeds.
"""

import argparse
import sys
from typing import NamedTuple

import torch
from torch import nn
from torch.utils.data import TensorDataset

from kinema.recognition.micro import TextureSpeed, batch_of
from kinema.recognition.slowfast import SlowFast
from kinema.recognition.trained import DEVICE, NETS
from kinema.recognition.training import fit
from kinema.recognition.weak_inputs import CHANNELS, WEAK, weaken

KINDS = ("rgb", *WEAK)
TEXTURES, FRAMES, SIZE, ALPHA = 8, 8, 32, 8
SETTINGS = {"clips": 768, "unseen": 320, "epochs": 24, "batch": 16, "lr": 5e-3, "weight_decay": 0.1}
PATH = NETS / "first_filters.pt"


class Learned(NamedTuple):
    """One network's first layer, and what the whole network can do."""

    filters: torch.Tensor
    """Of the Fast pathway, shape (n, C, 5, 7, 7)."""
    texture: float
    """Share of unseen clips whose texture it names."""
    speed: float
    """Share whose speed it names."""


def tinted(count, seed):
    """Clips (count, 3, T, H, W) of textures at two speeds, each seen through glass of another colour; their labels."""
    clips, labels = batch_of(TextureSpeed(count, textures=TEXTURES, frames=FRAMES, size=SIZE, seed=seed))
    generator = torch.Generator().manual_seed(seed)
    return clips * (0.4 + 0.6 * torch.rand(count, 3, 1, 1, 1, generator=generator)), labels


class _OfClip(nn.Module):
    """A SlowFast network that is told which clip to read, since its two inputs differ in shape."""

    def __init__(self, net, clips, kind):
        super().__init__()
        self.net, self.slow = net, clips[:, :, ::ALPHA]
        self.fast = clips if kind == "rgb" else weaken(clips, kind)

    def forward(self, which):
        return self.net(self.slow[which], self.fast[which])


def untrained(kind):
    """The network whose Fast pathway sees `kind`, as its training begins."""
    torch.manual_seed(0)
    return SlowFast((1, 1, 1, 1), 2 * TEXTURES, alpha=ALPHA, beta=1 / 2, fast_channels=CHANNELS.get(kind, 3), width=12)


def learn(kind, *, settings=SETTINGS):
    """Train the network whose Fast pathway sees `kind`; returns what it has `Learned`."""
    known, unseen = tinted(settings["clips"], 0), tinted(settings["unseen"], 1)
    net = untrained(kind)
    clips, labels = known
    run = {name: settings[name] for name in ("epochs", "batch", "lr", "weight_decay")}
    fit(_OfClip(net, clips, kind), TensorDataset(torch.arange(len(clips)), labels), device=DEVICE, **run)
    clips, labels = unseen
    with torch.no_grad():
        said = _OfClip(net, clips, kind).eval()(torch.arange(len(clips))).argmax(dim=1)
    share = lambda right: right.float().mean().item()
    return Learned(net.fast.stem[0][0].weight.detach(), share(said // 2 == labels // 2), share(said % 2 == labels % 2))


def record(path=PATH, *, settings=SETTINGS):
    """Train all five and write their first filters, in half precision, with what they can do."""
    found = {kind: learn(kind, settings=settings) for kind in KINDS}
    plain = {kind: {**of._asdict(), "filters": of.filters.half()} for kind, of in found.items()}
    torch.save({"learned": plain, "settings": settings}, path)
    return path


def first_filters(path=PATH):
    """What each of the five networks has learned.

    Returns
    -------
    dict
        {"rgb", "gray", "half", "difference", "flow": `Learned`}

    Raises
    ------
    FileNotFoundError
        If the file is missing; says how to make it.
    """
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: python -m kinema.recognition.first_filters --record makes it")
    held = torch.load(path, map_location="cpu", weights_only=True)["learned"]
    return {kind: Learned(of["filters"].float(), of["texture"], of["speed"]) for kind, of in held.items()}


def main(argv=None):
    """Run the command; returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m kinema.recognition.first_filters", description=__doc__.partition(".")[0])
    parser.add_argument("--record", action="store_true", help="train all five anew and write the file")
    arguments = parser.parse_args(argv)
    try:
        if arguments.record:
            print(f"wrote {record()}")
        for kind, of in first_filters().items():
            print(f"{kind:10}  texture {of.texture:.1%}, speed {of.speed:.1%} right of unseen clips")
    except OSError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
