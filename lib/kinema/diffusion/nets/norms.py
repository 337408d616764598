"""Normalisation: which numbers share their mean and variance, and so can tell of each other."""

import torch
import torch.nn.functional as F
from torch import nn

from kinema.diffusion.nets.frames import fold, unfold


def group_count(channels):
    """How many groups: as many as divide `channels`, at most 32, and of at least four channels each."""
    return next(n for n in range(max(1, min(32, channels // 4)), 0, -1) if channels % n == 0)


def group_norm(channels, *, eps=1e-5, affine=True):
    """Group normalisation with the usual number of groups. Wu & He (2018)."""
    return nn.GroupNorm(group_count(channels), channels, eps=eps, affine=affine)


def eight_groups(channels):
    """Group normalisation in eight groups; `channels` is a multiple of 8."""
    return nn.GroupNorm(8, channels)


class FrameNorm(nn.GroupNorm):
    """Group normalisation of each frame of a clip (B, C, F, H, W) by itself.

    Parameters
    ----------
    channels : int
    """

    def __init__(self, channels):
        super().__init__(group_count(channels), channels)

    def forward(self, clip):
        return unfold(super().forward(fold(clip)), len(clip))


class ChannelNorm(nn.Module):
    """The channels of each place by themselves. Ba, Kiros & Hinton (2016).

    Parameters
    ----------
    channels : int
    bias : bool
        Whether an offset is learned beside the scale.
    """

    def __init__(self, channels, *, bias=True, eps=1e-5):
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels)) if bias else None

    def forward(self, x):                                               # (N, C, ...)
        axes = (-1, *[1] * (x.ndim - 2))
        variance, mean = torch.var_mean(x, dim=1, correction=0, keepdim=True)
        y = (x - mean) / torch.sqrt(variance + self.eps) * self.weight.reshape(axes)
        return y if self.bias is None else y + self.bias.reshape(axes)


class ChannelScale(nn.Module):
    """The channels of each place over the root of their mean square. Zhang & Sennrich (2019), "RMSNorm".

    Parameters
    ----------
    channels : int
    """

    def __init__(self, channels):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))

    def forward(self, x):                                               # (N, C, ...)
        weight = self.weight.reshape(-1, *[1] * (x.ndim - 2))
        return F.normalize(x, dim=1) * x.shape[1] ** 0.5 * weight
