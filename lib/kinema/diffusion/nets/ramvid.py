"""RaMViD: one network of 3D convolutions, told nothing but the noise step; given frames are simply clean.

Höppe, Mehrjou, Bauer, Nielsen & Dittadi (2022), "Diffusion models for video prediction and infilling"; the structure is
read from Tobi-r9/RaMViD, diffusion_openai/unet.py.
"""

from torch import nn

from kinema.diffusion.nets.attention import FullAttention
from kinema.diffusion.nets.convolutions import conv3d
from kinema.diffusion.nets.frames import check_clip, check_per_clip
from kinema.diffusion.nets.step_embedding import StepEmbedding
from kinema.diffusion.nets.unet import UNet


class RaMViD(nn.Module):
    """Predicts the noise of a clip, all frames of which stay frames to the end.

    No channel says which frames are given. They are clean in `x`, their noise is left out of the loss, and that is all.
    Attention is among all places of all frames at once.

    Parameters
    ----------
    channels : int
        Of a frame.
    width, multipliers, blocks, attend
        As of `kinema.diffusion.nets.unet.UNet`.
    heads : int
    """

    def __init__(self, channels=3, *, width=128, multipliers=(1, 2, 3, 4), blocks=3, attend=(2, 3), heads=4):
        super().__init__()
        self.channels = channels
        options = {"width": width, "multipliers": multipliers, "blocks": blocks, "attend": attend, "conv": conv3d}
        self.unet = UNet(channels, channels, lambda wide: FullAttention(wide, heads), **options)
        self.step = StepEmbedding(width, self.unet.embedding)

    def forward(self, x, t):
        """The noise in each frame; what is said of given frames means nothing.

        Parameters
        ----------
        x : tensor, shape (B, C, F, H, W)
            Noised frames, given ones clean.
        t : tensor, shape (B,)
            Noise step of the noised frames.

        Returns
        -------
        tensor, shape of `x`

        Raises
        ------
        ValueError
            If shapes do not fit.
        """
        check_clip(x, self.channels, multiple=self.unet.multiple)
        return self.unet(x, self.step(check_per_clip(t, x)))


def ramvid_kinetics(**options):
    """For 16 frames of 64 x 64 pixels, three residual blocks a level; UCF-101's is the same."""
    return RaMViD(**options)


def ramvid_bair(**options):
    """For 20 frames of 64 x 64 pixels, two residual blocks a level."""
    return RaMViD(**{"blocks": 2, **options})
