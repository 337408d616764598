"""Where another frame stands in time, told to attention by learned functions of the distance."""

import math

import torch
import torch.nn.functional as F
from torch import nn

from kinema.diffusion.nets.convolutions import zeroed
from kinema.diffusion.time_codes import relative_features


class RelativePositions(nn.Module):
    """A vector for each pair of frames, from the difference of their indices and the noise step; starts as zero.

    Any index may be given: distances that were never seen in training are between or beyond those that were, not
    missing entries of a table.

    Parameters
    ----------
    channels, heads : int
        Of the attention that it serves.
    embedding : int
        Channels of what is known of the noise step.

    References
    ----------
    Harvey et al. (2022), appendix B; plai-group/flexible-video-diffusion-modeling, improved_diffusion/rpe.py.
    """

    def __init__(self, channels, heads, embedding):
        super().__init__()
        self.heads = heads
        self.distance = nn.Linear(3, channels)
        self.step = nn.Linear(embedding, channels)
        self.out = zeroed(nn.Linear(channels, channels))

    def forward(self, times, embedding):
        """Indices (B, F) and (B, embedding) to (B, F, F, heads, c): at [i, j] what times[i] - times[j] means."""
        features = relative_features(times, dtype=embedding.dtype)     # (B, F, F, 3)
        y = self.distance(features) + self.step(embedding)[:, None, None]
        return self.out(F.silu(y)).unflatten(-1, (self.heads, -1))


class RelativeBias(nn.Module):
    """A number per head for each pair of frames of an evenly spaced clip, by a table in which far distances share.

    Parameters
    ----------
    heads : int
    buckets : int
        Entries of the table, half of them for each direction. Half of those are single distances; the others grow
        with the distance.
    longest : int
        From this distance on all are one.

    References
    ----------
    Raffel et al. (2020), section 2.1, "T5".
    """

    def __init__(self, heads, *, buckets=32, longest=32):
        super().__init__()
        self.buckets, self.longest = buckets, longest
        self.table = nn.Embedding(buckets, heads)

    def forward(self, frames):
        """(heads, F, F): at [i, j] what frame i adds to its attention to frame j."""
        steps = torch.arange(frames, device=self.table.weight.device)
        ahead = steps - steps[:, None]                                  # j - i
        side, distance = self.buckets // 2, ahead.abs()
        exact = side // 2
        growth = torch.log(distance.clamp(min=1) / exact) / math.log(self.longest / exact)
        far = (exact + (growth * (side - exact)).long()).clamp(max=side - 1)
        bucket = torch.where(distance < exact, distance, far) + side * (ahead > 0).long()
        return self.table(bucket).permute(2, 0, 1)
