"""RVD: the next frame as a prediction and a diffused residual, frame by frame.

Yang, Srivastava & Mandt (2023), "Diffusion probabilistic modeling for video generation"; the structure is read from
buggyyang/RVD, modules/unet.py and temporal_models.py, in its mode "residual".
"""

from functools import partial

import torch
import torch.nn.functional as F
from torch import nn

from kinema.diffusion.nets.attention import LinearAttention
from kinema.diffusion.nets.conv_gru import ConvGRU
from kinema.diffusion.nets.convolutions import conv2d
from kinema.diffusion.nets.frames import check_clip, check_per_clip
from kinema.diffusion.nets.residual_block import PostNormBlock
from kinema.diffusion.nets.step_embedding import StepEmbedding

Block = partial(PostNormBlock, activation=partial(F.leaky_relu, negative_slope=0.2))
Attention = partial(LinearAttention, heads=4, head_channels=16, normalise_queries=False, bias=True)


def smaller(channels):
    """Half the height and width."""
    return conv2d(channels, channels, 3, 2)


def larger(channels):
    """Twice the height and width."""
    return nn.ConvTranspose2d(channels, channels, 4, stride=2, padding=1)


class Memory(nn.Module):
    """Reads a film frame by frame and keeps a state at every size.

    Parameters
    ----------
    channels : int
        Of a frame.
    widths : list of int
        Channels at each level, each of half the size of the one before.
    """

    def __init__(self, channels, widths):
        super().__init__()
        self.blocks = nn.ModuleList(Block(cin, cout) for cin, cout in zip([channels, *widths], widths, strict=False))
        self.cells = nn.ModuleList(ConvGRU(wide) for wide in widths)
        self.smaller = nn.ModuleList(smaller(wide) for wide in widths[:-1])

    def forward(self, frame, states=None):
        """A frame (B, C, H, W) and the states before it, None for none, to the states after it, one per level."""
        x, news = frame, []
        for k, (block, cell) in enumerate(zip(self.blocks, self.cells, strict=True)):
            x = cell(block(x), None if states is None else states[k])
            news.append(x)
            if k < len(self.smaller):
                x = self.smaller[k](x)
        return news


class MeanNet(nn.Module):
    """What the next frame will be, as far as one picture can say: the mean that the residual is added to.

    Parameters
    ----------
    channels, widths
        As of `Memory`.
    """

    def __init__(self, channels, widths):
        super().__init__()
        self.memory = Memory(channels, widths)
        # The deepest state comes alone, each other one beside what was made of those below. The finest is not used.
        sources = [widths[-1], *(2 * wide for wide in reversed(widths[1:-1]))]
        self.blocks = nn.ModuleList(Block(cin, cout) for cin, cout in zip(sources, reversed(widths[:-1]), strict=True))
        self.larger = nn.ModuleList(larger(wide) for wide in reversed(widths[:-1]))
        self.out = conv2d(widths[0], channels)

    def forward(self, frame, states=None):
        """A frame and the states before it to the mean of the next, (B, C, H, W) in [-1, 1], and the states after it."""
        states = self.memory(frame, states)
        x = states[-1]
        for k, (block, larger) in enumerate(zip(self.blocks, self.larger, strict=True)):
            x = larger(block(torch.cat([x, states[-1 - k]], dim=1) if k else x))
        return self.out(x).clamp(-1, 1), states


class Denoiser(nn.Module):
    """A U-Net on one residual, given at every level what the memory holds of the past.

    Parameters
    ----------
    channels, widths
        As of `Memory`.
    """

    def __init__(self, channels, widths):
        super().__init__()
        first, deepest = widths[0], widths[-1]
        self.step = StepEmbedding(first, first, hidden=4 * first, activation=nn.GELU)
        pair = lambda cin, cout, more: nn.ModuleList([Block(cin, cout, first), Block(cout + more, cout, first), Attention(cout)])
        self.down = nn.ModuleList(pair(cin, cout, cout) for cin, cout in zip([channels, *widths], widths, strict=False))
        self.smaller = nn.ModuleList(smaller(wide) for wide in widths[:-1])
        self.middle = nn.ModuleList([Block(deepest, deepest, first), Attention(deepest), Block(deepest, deepest, first)])
        self.up = nn.ModuleList(pair(2 * cin, cout, 0) for cout, cin in reversed(list(zip(widths[:-1], widths[1:], strict=True))))
        self.larger = nn.ModuleList(larger(wide) for wide in reversed(widths[:-1]))
        self.out = nn.Sequential(conv2d(first, first), nn.GroupNorm(8, first), nn.LeakyReLU(0.2), conv2d(first, channels, 1))

    def forward(self, x, t, states):
        """A noised residual (B, C, H, W), its steps (B,) and the memory's states to the noise in it."""
        step, left = self.step(t), []
        for k, (first, second, attention) in enumerate(self.down):
            x = second(torch.cat([first(x, step), states[k]], dim=1), step)
            left.append(x := attention(x))
            if k < len(self.smaller):
                x = self.smaller[k](x)
        before, attention, after = self.middle
        x = after(attention(before(x, step)), step)
        for (first, second, attention), larger in zip(self.up, self.larger, strict=True):
            x = second(first(torch.cat([x, left.pop()], dim=1), step), step)
            x = larger(attention(x))
        return self.out(x)


class RVD(nn.Module):
    """Predicts the noise in the residuals of frames, each from the frames before it.

    A frame is the mean that `means` gives plus a residual; only the residual is noised and denoised.

    Parameters
    ----------
    channels : int
        Of a frame.
    width : int
        Channels of the first level; multiples of 8.
    multipliers : tuple of int
        Of the denoiser and the memory that it is given.
    mean_multipliers : tuple of int
        Of the network that predicts the mean.
    """

    def __init__(self, channels=3, *, width=48, multipliers=(1, 2, 4, 8), mean_multipliers=(1, 2, 2, 4)):
        super().__init__()
        self.channels = channels
        self.multiple = 2 ** (max(len(multipliers), len(mean_multipliers)) - 1)
        widths = [width * multiplier for multiplier in multipliers]
        self.denoiser, self.context = Denoiser(channels, widths), Memory(channels, widths)
        self.mean = MeanNet(channels, [width * multiplier for multiplier in mean_multipliers])

    def forward(self, x, t, past):
        """The noise in each residual.

        Parameters
        ----------
        x : tensor, shape (B, C, F, H, W)
            Noised residuals of consecutive frames, all noised to the same step.
        t : tensor, shape (B,)
            That step.
        past : tensor, shape (B, C, P, H, W)
            Clean frames, of which the last is the one before the last of `x`; so P is at least F. The first frame to
            be denoised has seen P - F + 1 of them, the last all.

        Returns
        -------
        tensor, shape of `x`

        Raises
        ------
        ValueError
            If shapes do not fit.
        """
        check_clip(x, self.channels, multiple=self.multiple)
        check_per_clip(t, x)
        count = self._count(past, x.shape[2])
        states, noise = None, []
        for k, frame in enumerate(past.unbind(2), start=count - past.shape[2]):
            states = self.context(frame, states)
            if k >= 0:
                noise.append(self.denoiser(x[:, :, k], t, states))
        return torch.stack(noise, dim=2)

    def means(self, past, count=1):
        """What the frames after each of the last `count` of `past` will be, (B, C, `count`, H, W)."""
        count, states, found = self._count(past, count), None, []
        for frame in past.unbind(2):
            mean, states = self.mean(frame, states)
            found.append(mean)
        return torch.stack(found[-count:], dim=2)

    def _count(self, past, count):
        check_clip(past, self.channels, multiple=self.multiple, name="past")
        if not 1 <= count <= past.shape[2]:
            raise ValueError(f"{count} frames follow {past.shape[2]} of the past: give the clean frame before each of them")
        return count


def rvd_64(**options):
    """For 64 x 64 pixels."""
    return RVD(**options)


def rvd_128(**options):
    """For 128 x 128 and 256 x 256 pixels."""
    return RVD(**{"width": 64, "multipliers": (1, 1, 2, 2, 4, 4), "mean_multipliers": (1, 2, 3, 4), **options})
