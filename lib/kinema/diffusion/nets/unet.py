"""The U-shaped network of Improved DDPM, of whatever convolutions and attention it is given.

Nichol & Dhariwal (2021), section 3; openai/improved-diffusion, unet.py. Made of 2D convolutions it is FDM's, of 3D ones
RaMViD's, of pseudo-3D ones Make-A-Video's.
"""

import torch
import torch.nn.functional as F
from torch import nn

from kinema.diffusion.nets.convolutions import conv2d
from kinema.diffusion.nets.norms import group_norm
from kinema.diffusion.nets.residual_block import PreNormBlock


class Upsample(nn.Module):
    """Every pixel twice in height and width, then a convolution."""

    def __init__(self, channels, conv):
        super().__init__()
        self.conv = conv(channels, channels)

    def forward(self, x):                                               # (N, C, ..., H, W) to (N, C, ..., 2 H, 2 W)
        return self.conv(F.interpolate(x, scale_factor=(1.0,) * (x.ndim - 4) + (2.0, 2.0)))


class Stage(nn.Module):
    """A residual block, then attention, then a change of size, each where it is given."""

    def __init__(self, block=None, attention=None, resize=None):
        super().__init__()
        self.block, self.attention, self.resize = block, attention, resize

    def forward(self, x, embedding, told):
        """`told` holds the keyword arguments of attention."""
        if self.block is not None:
            x = self.block(x, embedding)
        if self.attention is not None:
            x = self.attention(x, **told)
        return x if self.resize is None else self.resize(x)


class UNet(nn.Module):
    """Down to small maps and up again, each stage on the way up given what one on the way down left.

    Parameters
    ----------
    cin, cout : int
        Channels of a frame, in and out.
    attention : callable
        attention(channels) makes the layer, called as layer(maps, **told).
    width : int
        Channels of the first level; `multipliers` times it are those of each level.
    multipliers : tuple of int
        One per level, the first of the full size, each other of half the one before.
    blocks : int
        Residual blocks per level on the way down; one more on the way up.
    attend : collection of int
        Levels with attention after each block; the middle has it always.
    conv, norm : callable
        Make the layers; see `kinema.diffusion.nets.convolutions`.

    Attributes
    ----------
    embedding : int
        Channels of what must be said of the noise step.
    multiple : int
        What height and width must be multiples of.
    """

    def __init__(self, cin, cout, attention, *, width, multipliers, blocks, attend, conv=conv2d, norm=group_norm):
        super().__init__()
        self.embedding, self.multiple = 4 * width, 2 ** (len(multipliers) - 1)
        block = lambda cin, cout: PreNormBlock(cin, cout, self.embedding, conv=conv, norm=norm)
        self.stem = conv(cin, width)
        channels, left = width, [width]                                 # of the way down, for the way up
        self.down, self.up = nn.ModuleList(), nn.ModuleList()
        for level, multiplier in enumerate(multipliers):
            wide = multiplier * width
            for _ in range(blocks):
                self.down.append(Stage(block(channels, wide), attention(wide) if level in attend else None))
                channels = wide
                left.append(channels)
            if level < len(multipliers) - 1:
                self.down.append(Stage(resize=conv(channels, channels, 3, 2)))
                left.append(channels)
        self.middle = nn.ModuleList([Stage(block(channels, channels), attention(channels)), Stage(block(channels, channels))])
        for level, multiplier in reversed(list(enumerate(multipliers))):
            wide = multiplier * width
            for k in range(blocks + 1):
                resize = Upsample(wide, conv) if level and k == blocks else None
                self.up.append(Stage(block(channels + left.pop(), wide), attention(wide) if level in attend else None, resize))
                channels = wide
        self.norm, self.out = norm(channels), conv(channels, cout, zero=True)

    def forward(self, x, embedding, told=None):
        """Maps (N, cin, ...) and (N, embedding) to (N, cout, ...); `told` holds keyword arguments of attention."""
        told = told or {}
        x = self.stem(x)
        left = [x]
        for stage in self.down:
            x = stage(x, embedding, told)
            left.append(x)
        for stage in self.middle:
            x = stage(x, embedding, told)
        for stage in self.up:
            x = stage(torch.cat([x, left.pop()], dim=1), embedding, told)
        return self.out(F.silu(self.norm(x)))
