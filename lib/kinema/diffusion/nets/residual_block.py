"""The two residual blocks of diffusion networks: normalised before each convolution, or after."""

import torch.nn.functional as F
from torch import nn

from kinema.diffusion.nets.convolutions import conv2d
from kinema.diffusion.nets.norms import eight_groups, group_norm


def per_channel(vector, x):
    """A vector (N, C) beside maps (N, C, ...): as many axes of size 1 as those have places."""
    return vector.reshape(*vector.shape, *[1] * (x.ndim - 2))


class PreNormBlock(nn.Module):
    """Normalise, SiLU, convolve, twice; the noise step scales and shifts the second normalisation.

    Parameters
    ----------
    cin, cout : int
        Channels.
    embedding : int
        Channels of what is known of the noise step.
    conv, norm : callable
        Make the layers; see `kinema.diffusion.nets.convolutions`.

    References
    ----------
    Nichol & Dhariwal (2021), section 3; openai/improved-diffusion, unet.py.
    """

    def __init__(self, cin, cout, embedding, *, conv=conv2d, norm=group_norm):
        super().__init__()
        self.norm_in, self.conv_in = norm(cin), conv(cin, cout)
        self.modulate = nn.Linear(embedding, 2 * cout)
        self.norm_out, self.conv_out = norm(cout), conv(cout, cout, zero=True)
        self.shortcut = conv(cin, cout, 1) if cin != cout else nn.Identity()

    def forward(self, x, embedding):
        """Maps (N, cin, ...) and (N, embedding) to (N, cout, ...)."""
        y = self.conv_in(F.silu(self.norm_in(x)))
        scale, shift = per_channel(self.modulate(F.silu(embedding)), y).chunk(2, dim=1)
        y = self.norm_out(y) * (1 + scale) + shift
        return self.shortcut(x) + self.conv_out(F.silu(y))


class PostNormBlock(nn.Module):
    """Convolve, normalise, activate, twice; the noise step comes in between. On single frames.

    Parameters
    ----------
    cin, cout : int
        Channels.
    embedding : int or None
        Channels of what is known of the noise step; None for a network that is told nothing.
    norm, activation : callable
        norm(cout) makes the layer; the default has eight groups.
    scaled : bool
        True scales and shifts the first normalisation by the noise step; False adds it after the first activation.

    References
    ----------
    The block of buggyyang/RVD (leaky ReLU) and of lucidrains/video-diffusion-pytorch (SiLU, `ChannelScale`, scaled).
    """

    def __init__(self, cin, cout, embedding=None, *, norm=eight_groups, activation=F.silu, scaled=False):
        super().__init__()
        self.activation, self.scaled = activation, scaled
        self.conv_in, self.norm_in = conv2d(cin, cout), norm(cout)
        self.modulate = nn.Linear(embedding, (1 + scaled) * cout) if embedding else None
        self.conv_out, self.norm_out = conv2d(cout, cout), norm(cout)
        self.shortcut = conv2d(cin, cout, 1) if cin != cout else nn.Identity()

    def forward(self, x, embedding=None):
        """Maps (N, cin, H, W) and (N, embedding) to (N, cout, H, W)."""
        y = self.norm_in(self.conv_in(x))
        told = None if self.modulate is None else per_channel(self.modulate(self.activation(embedding)), y)
        if told is not None and self.scaled:
            scale, shift = told.chunk(2, dim=1)
            y = y * (1 + scale) + shift
        y = self.activation(y)
        if told is not None and not self.scaled:
            y = y + told
        return self.shortcut(x) + self.activation(self.norm_out(self.conv_out(y)))
