"""MCVD: a 2D network with frames as channels, given past, future, both or none.

Voleti, Jolicoeur-Martineau & Pal (2022), "MCVD: masked conditional video diffusion"; the structure is read from
voletiv/mcvd-pytorch, models/better/ncsnpp_more.py and layerspp.py, the sizes from its configs and training scripts.
"""

import torch
import torch.nn.functional as F
from torch import nn

from kinema.diffusion.nets.convolutions import conv2d, zeroed
from kinema.diffusion.nets.fir_resampling import doubled, halved
from kinema.diffusion.nets.frames import check_clip, check_per_clip, stacked, unstacked
from kinema.diffusion.nets.norms import group_norm
from kinema.diffusion.nets.residual_block import per_channel
from kinema.diffusion.nets.step_embedding import StepEmbedding

HALF = 0.5**0.5  # two summands of variance 1 stay one


class Adaptive(nn.Module):
    """Group normalisation, scaled and shifted by given frames where it is SPATIN, then by the noise step, and SiLU.

    Parameters
    ----------
    channels : int
    embedding : int or None
        Channels of what is known of the noise step; None for a layer that is not told.
    spatin : (int, int) or None
        Channels of all given frames, and of the layer that reads them.
    """

    def __init__(self, channels, embedding=None, spatin=None):
        super().__init__()
        self.norm = group_norm(channels, affine=not (embedding or spatin))
        self.read = conv2d(*spatin) if spatin else None
        self.scale = conv2d(spatin[1], channels) if spatin else None
        self.shift = conv2d(spatin[1], channels) if spatin else None
        self.modulate = nn.Linear(embedding, 2 * channels) if embedding else None

    def forward(self, x, embedding, given):
        y = self.norm(x)
        if self.read is not None:
            read = F.silu(self.read(F.interpolate(given, size=x.shape[2:])))
            y = y * (1 + self.scale(read)) + self.shift(read)
        if self.modulate is not None:
            scale, shift = per_channel(self.modulate(F.silu(embedding)), x).chunk(2, dim=1)
            y = y * (1 + scale) + shift
        return F.silu(y)


class BigGANBlock(nn.Module):
    """A residual block that may change the size, of both its branches, before its first convolution.

    Parameters
    ----------
    cin, cout : int
    embedding, spatin
        As of `Adaptive`.
    resize : callable or None
        `halved` or `doubled`.

    References
    ----------
    Brock, Donahue & Simonyan (2019); Song et al. (2021), appendix H.
    """

    def __init__(self, cin, cout, embedding, spatin, *, resize=None):
        super().__init__()
        self.resize = resize
        self.norm_in, self.conv_in = Adaptive(cin, embedding, spatin), conv2d(cin, cout)
        self.norm_out, self.conv_out = Adaptive(cout, embedding, spatin), conv2d(cout, cout)
        self.shortcut = conv2d(cin, cout, 1) if cin != cout or resize else nn.Identity()

    def forward(self, x, embedding, given):
        y = self.norm_in(x, embedding, given)
        if self.resize is not None:
            x, y = self.resize(x), self.resize(y)
        y = self.conv_out(self.norm_out(self.conv_in(y), embedding, given))
        return HALF * (self.shortcut(x) + y)


class Attention(nn.Module):
    """Places attend to each other, with heads of a fixed number of channels; one head where there are fewer."""

    def __init__(self, channels, head_channels):
        super().__init__()
        if channels > head_channels and channels % head_channels:
            raise ValueError(f"{channels} channels make no heads of {head_channels}: choose head_channels to divide the width")
        self.heads = max(1, channels // head_channels)
        self.norm = group_norm(channels, eps=1e-6)
        self.q, self.k, self.v, self.out = (nn.Linear(channels, channels) for _ in range(4))

    def forward(self, x):
        rows = self.norm(x).flatten(2).transpose(1, 2)                  # (B, HW, C)
        q, k, v = (f(rows).unflatten(-1, (self.heads, -1)).transpose(1, 2) for f in (self.q, self.k, self.v))
        rows = self.out(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2))
        return HALF * (x + rows.transpose(1, 2).reshape(x.shape))


class MCVD(nn.Module):
    """Predicts the noise of a block of frames.

    Parameters
    ----------
    channels : int
        Of a frame.
    frames, past, future : int
        In the block, before it, and after it.
    spatin : int
        0 gives the other frames as more channels of the input; another number makes them scale and shift every
        normalisation, through a layer of so many channels ("space-time adaptive normalisation").
    width, multipliers : int, tuple of int
        Channels of the first level, and of each level relative to it.
    blocks : int
        Residual blocks per level on the way down; one more on the way up.
    attend : collection of int
        Levels with attention: after each block on the way down, after all on the way up. The middle has it always.
    head_channels : int or None
        Channels of a head; None as many as `width`.
    """

    def __init__(
        self, channels=3, *, frames=5, past=2, future=0, spatin=0, width=192, multipliers=(1, 2, 3, 4), blocks=2,
        attend=(1, 2, 3), head_channels=None,
    ):  # fmt: skip
        super().__init__()
        self.channels, self.frames, self.past, self.future = channels, frames, past, future
        self.multiple = 2 ** (len(multipliers) - 1)
        if spatin and not past + future:
            raise ValueError("SPATIN reads given frames, and there are none: give past or future, or spatin=0")
        told = channels * (past + future)
        self.concatenated = not spatin
        more = (4 * width, (told, spatin) if spatin else None)
        attention = lambda wide: Attention(wide, head_channels or width)
        self.step = StepEmbedding(width, 4 * width)
        self.stem = conv2d(channels * frames + (0 if spatin else told), width)
        wide, left = width, [width]
        self.down, self.up = nn.ModuleList(), nn.ModuleList()
        for level, multiplier in enumerate(multipliers):
            for _ in range(blocks):
                stage = [BigGANBlock(wide, width * multiplier, *more)]
                wide = width * multiplier
                self.down.append(nn.ModuleList([*stage, *[attention(wide)] * (level in attend)]))
                left.append(wide)
            if level < len(multipliers) - 1:
                self.down.append(nn.ModuleList([BigGANBlock(wide, wide, *more, resize=halved)]))
                left.append(wide)
        self.middle = nn.ModuleList([BigGANBlock(wide, wide, *more), attention(wide), BigGANBlock(wide, wide, *more)])
        for level, multiplier in reversed(list(enumerate(multipliers))):
            for k in range(blocks + 1):
                stage = [BigGANBlock(wide + left.pop(), width * multiplier, *more)]
                wide = width * multiplier
                if k == blocks:
                    stage += [attention(wide)] * (level in attend)
                    stage += [BigGANBlock(wide, wide, *more, resize=doubled)] * (level > 0)
                self.up.append(nn.ModuleList(stage))
        self.norm, self.out = Adaptive(wide, None, more[1]), conv2d(wide, channels * frames)
        self._start()

    def _start(self):
        """Weights as in DDPM; each branch, and the whole, starts as nothing."""
        for module in self.modules():
            if isinstance(module, nn.Conv2d | nn.Linear):
                nn.init.xavier_uniform_(module.weight)
                nn.init.zeros_(module.bias)
        for module in self.modules():
            if isinstance(module, BigGANBlock):
                zeroed(module.conv_out)
            if isinstance(module, Attention | MCVD):
                zeroed(module.out)

    def forward(self, x, t, past=None, future=None):
        """The noise in the block.

        Parameters
        ----------
        x : tensor, shape (B, C, frames, H, W)
            Noised.
        t : tensor, shape (B,)
            Noise step.
        past, future : tensor, shape (B, C, past, H, W) and (B, C, future, H, W), optional
            Clean frames before and after. None hides them all, as zeros do; so a row of zeros hides one clip's.

        Returns
        -------
        tensor, shape of `x`

        Raises
        ------
        ValueError
            If shapes do not fit.
        """
        check_clip(x, self.channels, multiple=self.multiple, frames=self.frames)
        embedding = self.step(check_per_clip(t, x))
        given = [self._given(x, past, self.past, "past"), self._given(x, future, self.future, "future")]
        given = torch.cat(given, dim=1)                                 # (B, (past + future)·C, H, W)
        y = stacked(x)
        y = self.stem(torch.cat([y, given], dim=1) if self.concatenated else y)
        left = [y]
        for stage in self.down:
            y = self._run(stage, y, embedding, given)
            left.append(y)
        y = self._run(self.middle, y, embedding, given)
        for stage in self.up:
            y = self._run(stage, torch.cat([y, left.pop()], dim=1), embedding, given)
        return unstacked(self.out(self.norm(y, embedding, given)), self.channels)

    def _given(self, x, clip, frames, name):
        if clip is None:
            return x.new_zeros(x.shape[0], frames * self.channels, *x.shape[3:])
        return stacked(check_clip(clip, self.channels, multiple=self.multiple, frames=frames, name=name))

    @staticmethod
    def _run(stage, y, embedding, given):
        for layer in stage:
            y = layer(y) if isinstance(layer, Attention) else layer(y, embedding, given)
        return y


def mcvd_smmnist(**options):
    """Moving digits, 64 x 64 pixels in gray: 5 frames after 5."""
    return MCVD(1, **{"past": 5, "width": 64, **options})


def mcvd_kth(**options):
    """KTH, 64 x 64 pixels in gray: 5 frames after 10."""
    return MCVD(1, **{"past": 10, "width": 96, **options})


def mcvd_kth_spatin(**options):
    """As `mcvd_kth`, by adaptive normalisation, and twice as wide."""
    return mcvd_kth(**{"spatin": 192, "width": 192, "head_channels": 96, **options})


def mcvd_bair(**options):
    """BAIR, 64 x 64 pixels: 5 frames after 2."""
    return MCVD(**options)


def mcvd_cityscapes(**options):
    """Cityscapes, 128 x 128 pixels: 5 frames after 2."""
    return MCVD(**{"multipliers": (1, 1, 2, 3, 4), "attend": (2, 3, 4), **options})


def mcvd_cityscapes_spatin(**options):
    """As `mcvd_cityscapes`, by adaptive normalisation, and wider."""
    return mcvd_cityscapes(**{"spatin": 128, "width": 256, **options})


def mcvd_ucf101(**options):
    """UCF-101, 64 x 64 pixels: 4 frames after 4."""
    return MCVD(**{"frames": 4, "past": 4, "width": 288, **options})
