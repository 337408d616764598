"""Networks of frames: one at a time, or several stacked as if time were colour.

The first two pictures of the lecture's slide on 3D convolution; Karpathy et al. (2014) call them single frame and
early fusion.
"""

from torch import nn

from kinema.recognition.image.resnet import resnet18
from kinema.recognition.layers import check_clip, over_frames


class SingleFrame(nn.Module):
    """A picture network applied to every frame, its scores averaged: the order of the frames cannot matter.

    Parameters
    ----------
    net : nn.Module
        Maps frames (B, C, H, W) to logits.
    channels : int
        C.
    """

    def __init__(self, net, *, channels=3):
        super().__init__()
        self.net, self.channels = net, channels

    def forward(self, clip):
        """Mean logits, (B, classes)."""
        return over_frames(self.net, check_clip(clip, self.channels)).mean(dim=1)


class StackedFrames(nn.Module):
    """A picture network that takes all frames of a clip at once, as channels.

    Its first layer is a 3D convolution as deep as the clip, without padding in time: one frame comes out.

    Parameters
    ----------
    net : nn.Module
        Maps (B, frames · channels, H, W) to logits.
    frames, channels : int
    """

    def __init__(self, net, *, frames, channels=3):
        super().__init__()
        self.net, self.frames, self.channels = net, frames, channels

    def forward(self, clip):
        """Logits, (B, classes)."""
        if check_clip(clip, self.channels).shape[2] != self.frames:
            raise ValueError(f"built for {self.frames} frames, got {clip.shape[2]}: cut the clip or rebuild the net")
        return self.net(clip.transpose(1, 2).flatten(1, 2))         # (B, T·C, H, W), frame by frame


def single_frame_resnet18(classes=101, **options):
    """ResNet-18 on every frame."""
    return SingleFrame(resnet18(classes, **options))


def stacked_resnet18(classes=101, *, frames=16, **options):
    """ResNet-18 on all frames at once: the same network, but for its first layer."""
    return StackedFrames(resnet18(classes, channels=3 * frames, **options), frames=frames)
