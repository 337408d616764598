"""ECO: a 2D network on frames far apart, a small 3D network on top of what they show.

Zolfaghari, Singh & Brox (2018). The 2D part is the beginning of BN-Inception, up to 96 maps at an eighth of the
size; the 3D part is the rest of a 3D ResNet-18. The full net adds a second 2D part that goes on frame by frame.
"""

import torch
from torch import nn

from kinema.recognition.image.bn_inception import BNInception
from kinema.recognition.layers import check_clip, over_frames
from kinema.recognition.resnet3d import BasicBlock, whole


class ECO(nn.Module):
    """Frames, one from each equal part of the video, read together.

    Parameters
    ----------
    classes, channels : int
    full : bool
        Whether a parallel 2D network contributes the mean of its frames' features.
    width : float
        Scales every number of channels; 1 is the published net.
    """

    def __init__(self, classes=400, *, channels=3, full=False, width=1.0):
        super().__init__()
        self.channels = channels
        picture = BNInception(1, channels=channels, width=width)
        middle = picture.blocks["3c"].branches[1]                               # 1x1, 3x3, 3x3 with stride 2
        self.stem = nn.Sequential(picture.stem, picture.blocks["3a"], picture.blocks["3b"])
        self.head2d = middle[:2]                                                # 96 maps, before the stride
        maps = middle[1][0].out_channels
        counts = [round(n * width) for n in (128, 256, 512)]
        self.body3d = nn.Sequential(
            BasicBlock(whole, maps, counts[0]), BasicBlock(whole, counts[0], counts[0]),
            BasicBlock(whole, counts[0], counts[1], 2), BasicBlock(whole, counts[1], counts[1]),
            BasicBlock(whole, counts[1], counts[2], 2), BasicBlock(whole, counts[2], counts[2]),
        )  # fmt: skip
        self.rest2d = None
        if full:
            # Block 3c shares its middle branch's beginning with the 3D part; the rest of it is kept here.
            self.around = nn.ModuleList([picture.blocks["3c"].branches[0], middle[2], picture.blocks["3c"].branches[2]])
            self.rest2d = nn.Sequential(*(block for name, block in picture.blocks.items() if name[0] in "45"))
        self.dropout = nn.Dropout(0.3)
        self.classifier = nn.Linear(counts[2] + (picture.channels if full else 0), classes)

    def features(self, clip):
        """(B, 512), or (B, 1536) of the full net."""
        early = over_frames(self.stem, check_clip(clip, self.channels))         # (B, T, 320, H/8, W/8)
        B, T = early.shape[:2]
        frames = early.flatten(0, 1)                                            # (B·T, 320, H/8, W/8)
        maps = self.head2d(frames)                                              # (B·T, 96, H/8, W/8)
        together = self.body3d(maps.unflatten(0, (B, T)).transpose(1, 2)).mean(dim=(2, 3, 4))
        if self.rest2d is None:
            return together
        first, middle, last = self.around
        joined = torch.cat([first(frames), middle(maps), last(frames)], dim=1)
        apart = self.rest2d(joined).mean(dim=(2, 3)).unflatten(0, (B, T)).mean(dim=1)
        return torch.cat([together, apart], dim=1)

    def forward(self, clip):
        """Logits, (B, classes)."""
        return self.classifier(self.dropout(self.features(clip)))


def eco_lite(classes=400, **options):
    """The 3D part alone on top of the 2D part."""
    return ECO(classes, **options)


def eco_full(classes=400, **options):
    """With the parallel 2D network."""
    return ECO(classes, full=True, **options)
