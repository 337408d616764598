"""ResNet-50 and ResNet-101 in space and time: inflated here and there, with non-local blocks in between.

Wang, Girshick, Gupta & He (2018), table 1 and section 4; facebookresearch/video-nonlocal-net,
lib/models/resnet_video_org.py for which layers look through time.
"""

from functools import partial

import torch
from torch import nn

from kinema.recognition.layers import check_clip, conv_norm
from kinema.recognition.non_local import NonLocal


class Bottleneck3D(nn.Module):
    """1 x 1 (perhaps through `depth` frames), 3 x 3 with the stride, 1 x 1 to more channels again; a shortcut.

    Parameters
    ----------
    cin, width : int
    stride : int
        In space.
    cout : int or None
        Channels out; None is four times the width.
    depth : int
        Frames that the first convolution reads: 1 or 3.
    dilation : int
        Of the 3 x 3 convolution, in space.
    """

    def __init__(self, cin, width, stride=1, *, cout=None, depth=1, dilation=1):
        super().__init__()
        steps, cout = (1, stride, stride), cout or 4 * width
        self.residual = nn.Sequential(
            conv_norm(cin, width, (depth, 1, 1)),
            conv_norm(width, width, (1, 3, 3), steps, dilation=(1, dilation, dilation)),
            conv_norm(width, cout, 1, relu=False),
        )
        nn.init.zeros_(self.residual[-1][1].weight)  # each block begins as its shortcut
        self.shortcut = nn.Identity()
        if stride != 1 or cin != cout:
            self.shortcut = conv_norm(cin, cout, 1, steps, relu=False)

    def forward(self, x):
        return torch.relu(self.shortcut(x) + self.residual(x))


class NonLocalResNet(nn.Module):
    """Stem, pool, four stages of bottlenecks, non-local blocks after some of them, a classifier.

    Parameters
    ----------
    blocks : four ints
    depths : callable
        depths(stage, block) is how many frames that block's first convolution reads.
    non_local : collection of (stage, block)
        After which blocks a non-local block stands, both counted from 0.
    classes : int or None
        None builds no classifier: a trunk, whose `features` and `map` are used.
    channels, width : int
        `width` of the stem; 64 is the published net.
    stem_depth, stem_stride : int
        Frames that the first layer reads, and its step in time.
    pool_depth : int
        The first pool's window and step in time.
    middle_depth : int
        Frames of which the pool between the first and the second stage makes one.
    pool_padding : int
        Of the first pool in space. The original code pads nothing, ports of it pad one pixel.
    last_stride : int
        Of the last stage in space; feature banks keep 1.
    attention_pool : (int, int, int)
        As `NonLocal`'s pool.
    """

    def __init__(
        self, blocks, depths, *, non_local=(), classes=400, channels=3, width=64, stem_depth=5, stem_stride=1,
        pool_depth=1, middle_depth=2, pool_padding=1, last_stride=2, attention_pool=(1, 2, 2),
    ):  # fmt: skip
        super().__init__()
        self.channels = channels
        self.stem = nn.Sequential(
            conv_norm(channels, width, (stem_depth, 7, 7), (stem_stride, 2, 2)),
            nn.MaxPool3d((pool_depth, 3, 3), stride=(pool_depth, 2, 2), padding=(0, pool_padding, pool_padding)),
        )
        self.pool2 = nn.MaxPool3d((middle_depth, 1, 1))                # between the first and the second stage
        self.stages, cin = nn.ModuleList(), width
        for s, count in enumerate(blocks):
            stage = []
            for b in range(count):
                stride = 1 if s == 0 or b > 0 else 2 if s < 3 else last_stride
                stage.append(Bottleneck3D(cin, width * 2**s, stride, depth=depths(s, b)))
                cin = 4 * width * 2**s
                if (s, b) in non_local:
                    stage.append(NonLocal(cin, pool=attention_pool))
            self.stages.append(nn.Sequential(*stage))
        self.feature_channels = cin
        self.dropout = nn.Dropout(0.5)
        self.classifier = nn.Identity() if classes is None else nn.Linear(cin, classes)

    def map(self, clip):
        """The last map, (B, 32 · width, T', H', W')."""
        x = self.stages[0](self.stem(check_clip(clip, self.channels)))
        x = self.pool2(x)
        for stage in self.stages[1:]:
            x = stage(x)
        return x

    def features(self, clip):
        """The last map's mean over space and time."""
        return self.map(clip).mean(dim=(2, 3, 4))

    def forward(self, clip):
        """Logits, (B, classes); of a trunk its features."""
        return self.classifier(self.dropout(self.features(clip)))


def alternating(stage, block, *, deep_from=6):
    """Depths of the inflated net: res2 always 3; in res3 and res4 every second block; in res5 the middle one.

    In ResNet-101 the pattern holds for the first `deep_from` of the 23 blocks of res4; the others read one frame.
    """
    if stage == 0:
        return 3
    if stage == 1:
        return 3 if block % 2 == 0 else 1
    if stage == 2:
        return 3 if block % 2 == 0 and block < deep_from else 1
    return 3 if block == 1 else 1


def flat(stage, block):
    """No block reads more than one frame: the 2D net."""
    return 1


FIVE_OF_R50 = ((1, 1), (1, 3), (2, 1), (2, 3), (2, 5))        # after every second block of res3 and res4
FIVE_OF_R101 = ((1, 1), (1, 3), (2, 6), (2, 13), (2, 20))
R50, R101 = (3, 4, 6, 3), (3, 4, 23, 3)
LONG = {"stem_stride": 2, "pool_depth": 2}                    # 32 and 128 frames: both halve time at once


def c2d_r50(classes=400, **options):
    """The 2D baseline of 8 frames: only pools and the final mean mix frames."""
    return NonLocalResNet(R50, flat, classes=classes, stem_depth=1, **options)


def i3d_r50(classes=400, **options):
    """The inflated net of 8 frames."""
    return NonLocalResNet(R50, alternating, classes=classes, **options)


def i3d_r50_whole(classes=400, **options):
    """The inflated net that keeps its 8 frames to the end ("t-reduce 1")."""
    return i3d_r50(classes, **{"middle_depth": 1, **options})


def i3d_r101(classes=400, **options):
    """The inflated net of 8 frames and 101 layers as facebookresearch/SlowFast has it: every second block to the end."""
    return NonLocalResNet(R101, partial(alternating, deep_from=23), classes=classes, **options)


def i3d_nl_r50(classes=400, **options):
    """With five non-local blocks."""
    return NonLocalResNet(R50, alternating, non_local=FIVE_OF_R50, classes=classes, **options)


def nonlocal_r50(classes=400, **options):
    """The lecture's row "Nonlocal R-50": the long net, for 128 frames."""
    return i3d_nl_r50(classes, **LONG, **options)


def nonlocal_r101(classes=400, **options):
    """The lecture's row "Nonlocal R-101"."""
    return NonLocalResNet(R101, alternating, non_local=FIVE_OF_R101, classes=classes, **LONG, **options)
