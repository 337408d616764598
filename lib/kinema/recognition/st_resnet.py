"""ST-ResNet: motion is added into the appearance stream's residuals, and some of its filters reach through time.

Feichtenhofer, Pinz & Wildes (2016).
"""

import torch
from torch import nn

from kinema.recognition.averaging import log_mean_probability
from kinema.recognition.image.resnet import ResNet, resnet50
from kinema.recognition.inflation import inflate
from kinema.recognition.layers import check_clip


class TemporalPoint(nn.Module):
    """A 1 x 1 convolution that reads three time steps, with its normalisation.

    Parameters
    ----------
    point : nn.Sequential
        Convolution and normalisation of the 2D network; the new filter begins as their mean over time.
    depth : int
    """

    def __init__(self, point, depth=3):
        super().__init__()
        conv, self.after = point[0], point[1:]
        self.conv = nn.Conv3d(conv.in_channels, conv.out_channels, (depth, 1, 1), padding=(depth // 2, 0, 0), bias=False)
        with torch.no_grad():
            self.conv.weight.copy_(inflate(conv.weight, depth))

    def forward(self, x, frames):
        """(B·T, C, H, W) to the same with other channels; `frames` is T."""
        clip = x.unflatten(0, (-1, frames)).transpose(1, 2)                      # (B, C, T, H, W)
        return self.after(self.conv(clip).transpose(1, 2).flatten(0, 1))


class Unit(nn.Module):
    """One bottleneck whose first 1 x 1 convolution may read several frames."""

    def __init__(self, block, *, temporal):
        super().__init__()
        self.first, self.middle, self.last = block.residual
        self.shortcut, self.temporal = block.shortcut, temporal
        if temporal:
            self.first = TemporalPoint(self.first)

    def forward(self, x, frames, motion=None):
        """`motion` joins what the residual reads, not what passes by."""
        y = x if motion is None else x + motion
        y = self.first(y, frames) if self.temporal else self.first(y)
        return torch.relu(self.shortcut(x) + self.last(self.middle(y)))


class STResNet(nn.Module):
    """Two residual networks; after the first unit of each stage the motion stream speaks to the appearance stream.

    The paper adds the motion stream near the start of each stage. Here it enters the residual of the second unit, the
    first whose shortcut is the identity, and the same units read three time steps.

    Parameters
    ----------
    spatial, temporal : ResNet
        For frames and for stacks of flow, both of bottlenecks. Their blocks are taken over.
    """

    def __init__(self, spatial, temporal):
        super().__init__()
        self.streams = nn.ModuleDict()
        for name, net in (("appearance", spatial), ("motion", temporal)):
            # Filters through time in the second unit of every stage, when the motion signal has been injected.
            stages = [nn.ModuleList(Unit(b, temporal=k == 1) for k, b in enumerate(stage)) for stage in net.stages]
            self.streams[name] = nn.ModuleDict(
                {"stem": net.stem, "stages": nn.ModuleList(stages), "classifier": net.classifier}
            )

    def scores(self, frames, stacks):
        """Logits of both streams, each (B, classes): the largest over time of what the pooled maps say."""
        if frames.shape[2] != stacks.shape[2]:
            raise ValueError(f"one stack of flow per frame: got {stacks.shape[2]} stacks and {frames.shape[2]} frames")
        T = check_clip(frames, 3).shape[2]
        a, m = (self.streams[name]["stem"](clip.transpose(1, 2).flatten(0, 1))
                for name, clip in (("appearance", frames), ("motion", stacks)))  # fmt: skip
        pairs = zip(self.streams["appearance"]["stages"], self.streams["motion"]["stages"], strict=True)
        for appearance, motion in pairs:
            for k, (unit_a, unit_m) in enumerate(zip(appearance, motion, strict=True)):
                a, m = unit_a(a, T, m if k == 1 else None), unit_m(m, T)
        return tuple(
            self.streams[name]["classifier"](y.mean(dim=(2, 3)).unflatten(0, (-1, T)).amax(dim=1))
            for name, y in (("appearance", a), ("motion", m))
        )

    def forward(self, frames, stacks):
        """Log of the two streams' mean probability, (B, classes)."""
        return log_mean_probability(*self.scores(frames, stacks))


def st_resnet50(classes=101, *, frames=10, **options):
    """Two ResNet-50."""
    return STResNet(resnet50(classes, **options), resnet50(classes, channels=2 * frames, **options))


__all__ = ["ResNet", "STResNet", "st_resnet50"]
