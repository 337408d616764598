"""Two streams joined by a convolution before the last pool, instead of by averaging their scores.

Feichtenhofer, Pinz & Zisserman (2016): the last convolutional maps of five time steps are stacked, a 3D filter joins
the streams pixel by pixel, and a pool over space and time hands one map to the linear layers.
"""

import torch
import torch.nn.functional as F
from torch import nn

from kinema.recognition.averaging import log_mean_probability
from kinema.recognition.image.vgg import VGG
from kinema.recognition.layers import over_frames


class ConvFusion(nn.Module):
    """Two VGG-16 towers, a 3D fusion layer, and the motion tower's own verdict besides.

    Parameters
    ----------
    classes : int
    frames : int
        Frames in one stack of flow.
    **options
        As for `VGG`.
    """

    def __init__(self, classes=101, *, frames=10, **options):
        super().__init__()
        self.spatial = VGG(classes, **options)
        self.temporal = VGG(classes, **{**options, "channels": 2 * frames})
        C = self.spatial.channels
        self.fuse = nn.Conv3d(2 * C, C, 3, padding=1)
        with torch.no_grad():  # at first, the sum of the two towers
            self.fuse.weight.zero_()
            self.fuse.bias.zero_()
            for stream in (0, 1):
                self.fuse.weight[:, stream * C : (stream + 1) * C, 1, 1, 1] = torch.eye(C)

    def fused(self, frames, stacks):
        """The joined maps, (B, C, T, H/16, W/16), of frames (B, 3, T, H, W) and stacks (B, 2 L, T, H, W)."""
        if frames.shape[2:] != stacks.shape[2:]:
            raise ValueError(
                f"frames and stacks must agree in time and size: {tuple(frames.shape)} and {tuple(stacks.shape)}"
            )
        towers = [over_frames(lambda x, t=tower: t.maps(x)[-1], clip)            # (B, T, C, h, w) each
                  for tower, clip in ((self.spatial, frames), (self.temporal, stacks))]  # fmt: skip
        both = torch.cat(towers, dim=2).transpose(1, 2)                          # (B, 2 C, T, h, w)
        return torch.relu(self.fuse(both)), towers[1].transpose(1, 2)

    def streams(self, frames, stacks):
        """Logits of the fused stream and of the motion stream, each (B, classes); both are trained."""
        fused, motion = self.fused(frames, stacks)
        pool = (fused.shape[2], 2, 2)                                            # all of time, pairs of pixels
        return (
            self.spatial.head(F.max_pool3d(fused, pool)[:, :, 0]),
            self.temporal.head(F.max_pool3d(motion, pool)[:, :, 0]),
        )

    def forward(self, frames, stacks):
        """Log of the two streams' mean probability, (B, classes)."""
        return log_mean_probability(*self.streams(frames, stacks))


def conv_fusion_vgg16(classes=101, **options):
    """The published network."""
    return ConvFusion(classes, **options)
