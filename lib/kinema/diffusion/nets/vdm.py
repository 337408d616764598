"""VDM: a 2D network on single frames, and attention over frames, trained on films and pictures together.

Ho, Salimans, Gritsenko, Chan, Norouzi & Fleet (2022), "Video diffusion models", section 3. Its code was not released;
layers and sizes are those of lucidrains/video-diffusion-pytorch 0.7.0. What may be seen is the paper's: there pictures are
appended to a clip, while that code makes all frames of some clips pictures. No layer but attention over frames joins
frames, not even normalisation, which would tell each picture of the others.
"""

from functools import partial

import torch
import torch.nn.functional as F
from torch import nn

from kinema.diffusion.nets.attention import LinearAttention
from kinema.diffusion.nets.convolutions import conv2d
from kinema.diffusion.nets.frames import check_clip, check_per_clip, fold, unfold
from kinema.diffusion.nets.norms import ChannelNorm, ChannelScale
from kinema.diffusion.nets.relative_positions import RelativeBias
from kinema.diffusion.nets.residual_block import PostNormBlock
from kinema.diffusion.nets.step_embedding import StepEmbedding
from kinema.diffusion.time_codes import rotary

HEADS, HEAD_CHANNELS = 8, 32
Block = partial(PostNormBlock, norm=ChannelScale, scaled=True)


class RowAttention(nn.Module):
    """The places of a row attend to each other, (N, C, L) to the same.

    Parameters
    ----------
    channels : int
    turned : bool
        Whether queries and keys are turned by their place, so that products depend on distances.
    """

    def __init__(self, channels, *, turned=False):
        super().__init__()
        self.turned = turned
        self.norm = ChannelNorm(channels, bias=False)
        self.qkv = nn.Linear(channels, 3 * HEADS * HEAD_CHANNELS, bias=False)
        self.out = nn.Linear(HEADS * HEAD_CHANNELS, channels, bias=False)

    def forward(self, x, bias=None):
        """`bias` (heads, L, L) is added to the scores; -inf there hides a place."""
        rows = self.qkv(self.norm(x).transpose(1, 2)).unflatten(-1, (3, HEADS, HEAD_CHANNELS))
        q, k, v = rows.permute(2, 0, 3, 1, 4)                           # (N, heads, L, c) each
        if self.turned:
            places = torch.arange(x.shape[2], dtype=x.dtype, device=x.device)
            q, k = (rotary(z, places, longest=10000.0) for z in (q, k))
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=bias).transpose(1, 2).flatten(2)
        return x + self.out(y).transpose(1, 2)


class OverFrames(nn.Module):
    """Each pixel attends to itself over frames."""

    def __init__(self, channels):
        super().__init__()
        self.attention = RowAttention(channels, turned=True)

    def forward(self, x, bias):                                         # (B·F, C, H, W)
        frames, (H, W) = bias.shape[-1], x.shape[2:]
        rows = x.unflatten(0, (-1, frames)).flatten(3).permute(0, 3, 2, 1).flatten(0, 1)  # (B·HW, C, F)
        rows = self.attention(rows, bias)
        return rows.unflatten(0, (-1, H * W)).permute(0, 3, 2, 1).reshape(x.shape)


class OverPlaces(nn.Module):
    """The pixels of each frame attend to each other."""

    def __init__(self, channels):
        super().__init__()
        self.attention = RowAttention(channels)

    def forward(self, x):                                               # (B·F, C, H, W)
        return self.attention(x.flatten(2)).reshape(x.shape)


class Level(nn.Module):
    """Two residual blocks, attention over the places of a frame in linear time, attention over frames."""

    def __init__(self, cin, cout, embedding):
        super().__init__()
        self.first, self.second = Block(cin, cout, embedding), Block(cout, cout, embedding)
        self.spatial, self.temporal = LinearAttention(cout, HEADS, HEAD_CHANNELS), OverFrames(cout)

    def forward(self, x, embedding, bias):
        return self.temporal(self.spatial(self.second(self.first(x, embedding), embedding)), bias)


class Middle(nn.Module):
    """A residual block, full attention over places, attention over frames, a residual block."""

    def __init__(self, channels, embedding):
        super().__init__()
        self.first, self.second = Block(channels, channels, embedding), Block(channels, channels, embedding)
        self.spatial, self.temporal = OverPlaces(channels), OverFrames(channels)

    def forward(self, x, embedding, bias):
        return self.second(self.temporal(self.spatial(self.first(x, embedding)), bias), embedding)


class VDM(nn.Module):
    """Predicts the noise (or v, whatever it is trained on) of a clip and of pictures appended to it.

    Parameters
    ----------
    channels : int
        Of a frame.
    width : int
        Channels of the first level; a multiple of 8.
    multipliers : tuple of int
    """

    def __init__(self, channels=3, *, width=64, multipliers=(1, 2, 4, 8)):
        super().__init__()
        self.channels, self.multiple = channels, 2 ** (len(multipliers) - 1)
        widths = [width, *(width * multiplier for multiplier in multipliers)]
        embedding = 4 * width
        pairs = list(zip(widths[:-1], widths[1:], strict=True))
        self.step = StepEmbedding(width, embedding, activation=nn.GELU)
        self.bias = RelativeBias(HEADS)
        self.stem, self.first_temporal = conv2d(channels, width, 7), OverFrames(width)
        self.down = nn.ModuleList(Level(cin, cout, embedding) for cin, cout in pairs)
        self.smaller = nn.ModuleList(nn.Conv2d(c, c, 4, stride=2, padding=1) for c in widths[1:-1])
        self.middle = Middle(widths[-1], embedding)
        self.up = nn.ModuleList(Level(2 * cout, cin, embedding) for cin, cout in reversed(pairs))
        self.larger = nn.ModuleList(nn.ConvTranspose2d(c, c, 4, stride=2, padding=1) for c in reversed(widths[1:-1]))
        self.last = Block(2 * width, width)
        self.out = conv2d(width, channels, 1)

    def forward(self, x, t, *, images=0):
        """The prediction for each frame.

        Parameters
        ----------
        x : tensor, shape (B, C, F, H, W)
            Noised frames, the last `images` of which are pictures of their own.
        t : tensor, shape (B,)
            Noise step.
        images : int
            How many; each sees itself only, and the clip sees none of them.

        Returns
        -------
        tensor, shape of `x`

        Raises
        ------
        ValueError
            If shapes do not fit, or there are fewer frames than pictures.
        """
        check_clip(x, self.channels, multiple=self.multiple)
        check_per_clip(t, x)
        B, _, frames, _, _ = x.shape
        if not 0 <= images <= frames:
            raise ValueError(f"images is {images}, but x has {frames} frames: append the pictures to the clip")
        embedding = self.step(t).repeat_interleave(frames, dim=0)       # (B·F, E)
        bias = self.bias(frames)                                        # (heads, F, F)
        if images:
            bias = bias.masked_fill(~may_see(frames, images, x.device), -torch.inf)
        x = start = self.first_temporal(self.stem(fold(x)), bias)
        left = []
        for k, level in enumerate(self.down):
            left.append(x := level(x, embedding, bias))
            if k < len(self.smaller):
                x = self.smaller[k](x)
        x = self.middle(x, embedding, bias)
        for k, level in enumerate(self.up):
            x = level(torch.cat([x, left.pop()], dim=1), embedding, bias)
            if k < len(self.larger):
                x = self.larger[k](x)
        return unfold(self.out(self.last(torch.cat([x, start], dim=1))), B)


def may_see(frames, images, device=None):
    """Whether frame i may attend to frame j, (F, F): all of a clip to each other, pictures at its end to themselves."""
    clip = torch.arange(frames, device=device) < frames - images
    return (clip[:, None] & clip) | torch.eye(frames, dtype=torch.bool, device=device)


def vdm_base(**options):
    """For 16 frames of 64 x 64 pixels."""
    return VDM(**options)
