"""Make-A-Video's decoder: a network for pictures, of which every layer got a second one that looks over frames.

Singer et al. (2022), "Make-A-Video: text-to-video generation without text-video data", section 3.2. The paper gives no
sizes of layers. It starts from a decoder as in Ramesh et al. (2022), which follow Dhariwal & Nichol (2021); here the sizes
are those of the latter's network for 64 x 64 pixels, openai/guided-diffusion. The second layers are read from
lucidrains/make-a-video-pytorch as well.
"""

from torch import nn

from kinema.diffusion.nets.attention import FullAttention
from kinema.diffusion.nets.convolutions import PseudoConv3d
from kinema.diffusion.nets.frames import check_clip, check_per_clip, fold, unfold
from kinema.diffusion.nets.norms import FrameNorm
from kinema.diffusion.nets.step_embedding import StepEmbedding
from kinema.diffusion.nets.unet import UNet


class PseudoAttention(nn.Module):
    """Attention among the places of each frame, then of each pixel over frames, which starts as the identity.

    A clip of one frame is a picture, for which the second is left out.

    Parameters
    ----------
    channels, heads : int

    References
    ----------
    Singer et al. (2022), section 3.2.2.
    """

    def __init__(self, channels, heads):
        super().__init__()
        self.space, self.time = FullAttention(channels, heads), FullAttention(channels, heads)

    def forward(self, clip):                                            # (B, C, F, H, W)
        B, C, frames, H, W = clip.shape
        clip = unfold(self.space(fold(clip)), B)
        if frames == 1:
            return clip
        rows = clip.permute(0, 3, 4, 1, 2).reshape(B * H * W, C, frames)
        return self.time(rows).reshape(B, H, W, C, frames).permute(0, 3, 4, 1, 2)


class MakeAVideo(nn.Module):
    """Predicts the noise of a clip from an embedding of one picture that it should look like.

    Normalisation is frame by frame, so that with fresh layers over frames nothing passes from frame to frame, and a
    trained network for pictures is a network for films that does not move. Clips of one frame are pictures: on these it
    is trained with words, on longer ones without any.

    Parameters
    ----------
    channels : int
        Of a frame.
    image : int
        Channels of the picture's embedding.
    width, multipliers, blocks, attend
        As of `kinema.diffusion.nets.unet.UNet`.
    head_channels : int
        Of each head of attention.
    """

    def __init__(
        self, channels=3, *, image=768, width=192, multipliers=(1, 2, 3, 4), blocks=3, attend=(1, 2, 3), head_channels=64
    ):
        super().__init__()
        self.channels, self.image = channels, image
        attention = lambda wide: PseudoAttention(wide, max(1, wide // head_channels))
        options = {"width": width, "multipliers": multipliers, "blocks": blocks, "attend": attend}
        self.unet = UNet(channels, channels, attention, conv=PseudoConv3d, norm=FrameNorm, **options)
        self.step = StepEmbedding(width, self.unet.embedding)
        self.rate = StepEmbedding(width, self.unet.embedding)
        self.look = nn.Linear(image, self.unet.embedding)

    def forward(self, x, t, look=None, fps=None):
        """The noise in each frame.

        Parameters
        ----------
        x : tensor, shape (B, C, F, H, W)
            Noised frames.
        t : tensor, shape (B,)
            Noise step.
        look : tensor, shape (B, image), optional
            Embedding of a picture. None says nothing, as for guidance without a classifier.
        fps : tensor, shape (B,), optional
            Frames per second. None says nothing.

        Returns
        -------
        tensor, shape of `x`

        Raises
        ------
        ValueError
            If shapes do not fit.
        """
        check_clip(x, self.channels, multiple=self.unet.multiple)
        embedding = self.step(check_per_clip(t, x))                     # (B, E)
        if look is not None:
            if tuple(look.shape) != (len(x), self.image):
                raise ValueError(f"look has shape {tuple(look.shape)}, {(len(x), self.image)} is needed: one row for each clip")
            embedding = embedding + self.look(look)
        if fps is not None:
            embedding = embedding + self.rate(check_per_clip(fps, x, "fps"))
        return self.unet(x, embedding)


def make_a_video_decoder(**options):
    """For 16 frames of 64 x 64 pixels."""
    return MakeAVideo(**options)
