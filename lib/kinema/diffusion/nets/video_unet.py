"""The course's own video network, small enough to train on two cores: a 2D U-Net per frame, joined by attention over frames.

It is option 2 of the lecture, in the form of Harvey et al. (2022): given frames enter clean beside noised ones, an extra
channel says which is which, and attention knows every frame's index in the film. Without its temporal part it is a
network for single pictures, and can be trained on those first.
"""

import torch
import torch.nn.functional as F
from torch import nn

from kinema.diffusion.nets.attention import FullAttention
from kinema.diffusion.nets.frames import fold, unfold
from kinema.diffusion.nets.norms import group_norm
from kinema.diffusion.nets.residual_block import PreNormBlock
from kinema.diffusion.nets.step_embedding import StepEmbedding
from kinema.diffusion.time_codes import relative_features

PATCH = 2  # pixels: the net works on 2 x 2 pixels as channels of one place


class TemporalAttention(nn.Module):
    """Each place attends to itself over the frames; how far apart two frames are joins query and value.

    With r_ij a function of the indices' difference: weights softmax_j(q_i · (k_j + r_ij)), values v_j + s_ij.
    """

    def __init__(self, channels, heads):
        super().__init__()
        self.heads = heads
        self.norm = group_norm(channels)
        self.qkv = nn.Linear(channels, 3 * channels)
        self.relative = nn.Sequential(nn.Linear(3, 32), nn.SiLU(), nn.Linear(32, 2 * channels))
        self.out = nn.Linear(channels, channels)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)

    def forward(self, x, distances):
        """x (B·F, C, H, W), distances (B, F, F, 3) of `relative_features`; the shape of x."""
        B, frames = distances.shape[:2]
        _, C, H, W = x.shape
        y = self.norm(x).reshape(B, frames, C, H * W).permute(0, 3, 1, 2)               # (B, HW, F, C)
        q, k, v = (z.unflatten(-1, (self.heads, -1)) for z in self.qkv(y).chunk(3, -1))  # (B, HW, F, heads, c)
        r, s = (z.unflatten(-1, (self.heads, -1)) for z in self.relative(distances).chunk(2, -1))  # (B, F, F, heads, c)
        q = q * q.shape[-1] ** -0.5
        scores = torch.einsum("bpihc,bpjhc->bhpij", q, k) + torch.einsum("bpihc,bijhc->bhpij", q, r)
        weights = scores.softmax(-1)
        y = torch.einsum("bhpij,bpjhc->bpihc", weights, v) + torch.einsum("bhpij,bijhc->bpihc", weights, s)
        y = self.out(y.flatten(3))                                                      # (B, HW, F, C)
        return x + y.permute(0, 2, 3, 1).reshape(x.shape)


class Stage(nn.Module):
    """A residual block, then attention over frames, then over places, where asked for."""

    def __init__(self, cin, cout, embedding, *, heads, temporal, spatial):
        super().__init__()
        self.block = PreNormBlock(cin, cout, embedding)
        self.temporal = TemporalAttention(cout, heads) if temporal else None
        self.spatial = FullAttention(cout, heads) if spatial else None

    def forward(self, x, embedding, distances):
        """`distances` None leaves attention over frames out."""
        x = self.block(x, embedding)
        if self.temporal is not None and distances is not None:
            x = self.temporal(x, distances)
        return x if self.spatial is None else self.spatial(x)


class VideoUNet(nn.Module):
    """Predicts what `kinema.diffusion.parameterisations` calls v (or eps, or x0) of the frames to be generated.

    Parameters
    ----------
    channels : int
        Of a frame.
    widths : tuple of int
        Channels at each level, multiples of `heads`; each level has half the height and width of the one before, the first
        half of the frame's.
    depth : int
        Stages per level on the way down; the way up has as many.
    words : int
        Size of the vocabulary of captions; 0 for a net without.
    heads : int
        Of every attention.
    """

    def __init__(self, channels=3, *, widths=(32, 64, 96), depth=1, words=0, heads=4):
        super().__init__()
        self.channels, self.words = channels, words
        embedding = 4 * widths[0]
        self.embed_step = StepEmbedding(widths[0], embedding)
        self.embed_observed = nn.Embedding(2, embedding)
        self.embed_words = nn.Embedding(words, embedding) if words else None
        self.conv_in = nn.Conv2d((channels + 1) * PATCH**2, widths[0], 3, padding=1)
        options = [{"heads": heads, "temporal": level > 0, "spatial": level == len(widths) - 1} for level in range(len(widths))]
        self.down, self.up, skips, width = nn.ModuleList(), nn.ModuleList(), [], widths[0]
        for level, cout in enumerate(widths):
            for _ in range(depth):
                self.down.append(Stage(width, cout, embedding, **options[level]))
                width = cout
                skips.append(cout)
            if level < len(widths) - 1:
                self.down.append(nn.Conv2d(width, width, 3, stride=2, padding=1))
        self.middle = Stage(width, width, embedding, heads=heads, temporal=True, spatial=True)
        for level, cout in reversed(tuple(enumerate(widths))):
            for _ in range(depth):
                self.up.append(Stage(width + skips.pop(), cout, embedding, **options[level]))
                width = cout
            if level:
                self.up.append(nn.Conv2d(width, width, 3, padding=1))
        self.norm_out, self.conv_out = group_norm(width), nn.Conv2d(width, channels * PATCH**2, 3, padding=1)
        nn.init.zeros_(self.conv_out.weight)
        nn.init.zeros_(self.conv_out.bias)

    def forward(self, x, t, observed, times, words=None, *, temporal=True):
        """What is predicted of each frame.

        Parameters
        ----------
        x : tensor, shape (B, C, F, H, W)
            Noised frames, and clean ones where `observed`; H and W are multiples of twice the reduction.
        t : tensor, shape (B,)
            Noise step over the number of steps, in [0, 1].
        observed : bool tensor, shape (B, F)
            Which frames are given.
        times : tensor, shape (B, F)
            Index of each frame in its film.
        words : tensor, shape (B, words), or None
            1 for each word of the caption, 0 for the others; None is no caption.
        temporal : bool
            False leaves out attention over frames: each frame by itself.

        Returns
        -------
        tensor, shape of `x`
        """
        B = len(x)
        flag = observed[:, None, :, None, None].to(x.dtype).expand(B, 1, *x.shape[2:])
        y = fold(torch.cat([x, flag], dim=1))                                            # (B·F, C + 1, H, W)
        y = F.pixel_unshuffle(y, PATCH).contiguous(memory_format=torch.channels_last)
        embedding = self.embed_step(1000 * t)                                           # (B, E)
        if words is not None:
            embedding = embedding + words.to(x.dtype) @ self.embed_words.weight
        embedding = (embedding[:, None] + self.embed_observed(observed.long())).flatten(0, 1)  # (B·F, E)
        distances = relative_features(times, dtype=x.dtype) if temporal else None       # (B, F, F, 3)

        y, skips = self.conv_in(y), []
        for part in self.down:
            if isinstance(part, Stage):
                y = part(y, embedding, distances)
                skips.append(y)
            else:
                y = part(y)
        y = self.middle(y, embedding, distances)
        for part in self.up:
            if isinstance(part, Stage):
                y = part(torch.cat([y, skips.pop()], dim=1), embedding, distances)
            else:
                y = part(F.interpolate(y, scale_factor=2.0))
        y = self.conv_out(F.silu(self.norm_out(y)))
        y = F.pixel_shuffle(y, PATCH)                                                   # (B·F, C, H, W)
        return unfold(y, B)
