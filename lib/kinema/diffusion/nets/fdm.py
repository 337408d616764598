"""FDM: any frames of a film from any others, by a 2D network whose frames attend to each other.

Harvey, Naderiparizi, Masrani, Weilbach & Wood (2022), "Flexible diffusion modeling of long videos"; the structure is
read from plai-group/flexible-video-diffusion-modeling, improved_diffusion/unet.py and rpe.py.
"""

import torch
from torch import nn

from kinema.diffusion.nets.attention import FullAttention
from kinema.diffusion.nets.convolutions import zeroed
from kinema.diffusion.nets.frames import check_clip, check_per_clip, check_per_frame, fold, unfold
from kinema.diffusion.nets.norms import group_norm
from kinema.diffusion.nets.relative_positions import RelativePositions
from kinema.diffusion.nets.step_embedding import StepEmbedding
from kinema.diffusion.nets.unet import UNet


class TemporalAttention(nn.Module):
    """Each pixel attends to itself over frames; queries, keys and values are told how far apart two frames are.

    With R a function of the distance: score_ij = q_i · k_j + q_i · Rk_ij + k_j · Rq_ji, value v_j + Rv_ij. As in the
    released code the sum starts from the normalised map. Unlike there, padding takes no part in the mean and variance
    of the others: else it would be seen after all.

    Parameters
    ----------
    channels, heads : int
    embedding : int
        Channels of what is known of the noise step.
    """

    def __init__(self, channels, heads, embedding):
        super().__init__()
        self.heads = heads
        self.norm = group_norm(channels)
        self.qkv = nn.Linear(channels, 3 * channels)
        self.on_queries, self.on_keys, self.on_values = (RelativePositions(channels, heads, embedding) for _ in range(3))
        self.out = zeroed(nn.Linear(channels, channels))

    def forward(self, x, embedding, times, together):
        """x (B·F, C, H, W) to the same; `together` (B, F, F) says who may see whom, None is everybody."""
        (B, frames), (H, W) = times.shape, x.shape[2:]
        y = x.unflatten(0, (B, frames)).flatten(3).permute(0, 3, 1, 2)  # (B, HW, F, C)
        y = self.normalised(y, together)
        q, k, v = self.qkv(y).unflatten(-1, (3, self.heads, -1)).unbind(-3)  # (B, HW, F, heads, c) each
        scale = q.shape[-1] ** -0.5
        Rq, Rk, Rv = (R(times, embedding) for R in (self.on_queries, self.on_keys, self.on_values))
        scores = torch.einsum("bpihc,bpjhc->bhpij", q * scale, k) + torch.einsum("bpihc,bijhc->bhpij", q * scale, Rk)
        scores = scores + torch.einsum("bpjhc,bjihc->bhpij", k * scale, Rq)
        if together is not None:
            scores = scores.masked_fill(~together[:, None, None], -torch.inf)
        weights = scores.softmax(dim=-1)
        news = torch.einsum("bhpij,bpjhc->bpihc", weights, v) + torch.einsum("bhpij,bijhc->bpihc", weights, Rv)
        y = y + self.out(news.flatten(3))
        return y.permute(0, 2, 3, 1).reshape(B * frames, -1, H, W)

    def normalised(self, y, together):
        """Group normalisation of each pixel's frames (B, HW, F, C), over those that belong together."""
        if together is None:
            rows = y.flatten(0, 1).transpose(1, 2)                      # (B·HW, C, F)
            return self.norm(rows).transpose(1, 2).reshape(y.shape)
        share = together.to(y.dtype)
        share = (share / share.sum(dim=-1, keepdim=True))[:, None]      # (B, 1, F, F): means over the frames of a kind
        z = y.unflatten(-1, (self.norm.num_groups, -1))                 # (B, HW, F, groups, c)
        z = z - (share @ z.mean(dim=-1))[..., None]
        z = z / torch.sqrt((share @ (z * z).mean(dim=-1))[..., None] + self.norm.eps)
        return z.flatten(3) * self.norm.weight + self.norm.bias


class FrameAttention(nn.Module):
    """Attention over frames first, then over the places of each frame.

    Parameters
    ----------
    channels, heads, embedding : int
    temporal : bool
        False leaves the first out.
    """

    def __init__(self, channels, heads, embedding, *, temporal=True):
        super().__init__()
        self.temporal = TemporalAttention(channels, heads, embedding) if temporal else None
        self.spatial = FullAttention(channels, heads, sum_normalised=True)

    def forward(self, x, embedding, times, together):
        if self.temporal is not None:
            x = self.temporal(x, embedding, times, together)
        return self.spatial(x)


class FDM(nn.Module):
    """Predicts the noise of the frames to be generated, given others.

    Parameters
    ----------
    channels : int
        Of a frame.
    width, multipliers, blocks, attend
        As of `kinema.diffusion.nets.unet.UNet`.
    heads : int
    temporal : bool
        False leaves attention over frames out: a network for single pictures, which is told which of them are given.
    """

    def __init__(self, channels=3, *, width=128, multipliers=(1, 2, 3, 4), blocks=2, attend=(2, 3), heads=4, temporal=True):
        super().__init__()
        self.channels = channels
        attention = lambda wide: FrameAttention(wide, heads, 4 * width, temporal=temporal)
        options = {"width": width, "multipliers": multipliers, "blocks": blocks, "attend": attend}
        self.unet = UNet(channels + 1, channels, attention, **options)
        self.step = StepEmbedding(width, self.unet.embedding)

    def forward(self, x, t, times=None, observed=None, *, x0=None, padding=None):
        """The noise in each frame; what is said of observed frames and padding means nothing.

        Parameters
        ----------
        x : tensor, shape (B, C, F, H, W)
            Noised frames, and clean ones where `observed`.
        t : tensor, shape (B,)
            Noise step of the noised frames.
        times : tensor, shape (B, F), optional
            Index of each frame in its film, in any order and with any gaps. Default 0, 1, ...
        observed : bool tensor, shape (B, F), optional
            Which frames are given. Default none.
        x0 : tensor, shape of `x`, optional
            Clean frames: where `observed`, these are taken in place of those of `x`.
        padding : bool tensor, shape (B, F), optional
            Frames that fill up a batch of clips of several lengths: no other frame sees them.

        Returns
        -------
        tensor, shape of `x`

        Raises
        ------
        ValueError
            If shapes do not fit.
        """
        check_clip(x, self.channels, multiple=self.unet.multiple)
        check_per_clip(t, x)
        B, _, frames, _, _ = x.shape
        times = torch.arange(frames, device=x.device).expand(B, -1) if times is None else check_per_frame(times, x, "times")
        observed = torch.zeros_like(times) if observed is None else check_per_frame(observed, x, "observed")
        given = observed.bool()[:, None, :, None, None].expand(B, 1, *x.shape[2:])
        if x0 is not None:
            if x0.shape != x.shape:
                raise ValueError(f"x0 has shape {tuple(x0.shape)}, x has {tuple(x.shape)}: give clean frames for the same clip")
            x = torch.where(given, x0, x)
        together = None
        if padding is not None:
            padding = check_per_frame(padding, x, "padding").bool()
            together = padding[:, :, None] == padding[:, None, :]       # (B, F, F)
        maps = fold(torch.cat([x, given.to(x.dtype)], dim=1))           # (B·F, C + 1, H, W)
        embedding = self.step(t)                                        # (B, E)
        told = {"embedding": embedding, "times": times, "together": together}
        noise = self.unet(maps, embedding.repeat_interleave(frames, dim=0), told)
        return unfold(noise, B)


def fdm_64(**options):
    """For 64 x 64 pixels, two residual blocks a level."""
    return FDM(**options)


def fdm_128(*, blocks=1, **options):
    """For 128 x 128 pixels: CARLA Town01, one residual block a level."""
    return FDM(**{"multipliers": (1, 1, 2, 3, 4), "attend": (3, 4), "blocks": blocks, **options})


def fdm_128_two_blocks(**options):
    """As `fdm_128`, two residual blocks a level."""
    return fdm_128(blocks=2, **options)
