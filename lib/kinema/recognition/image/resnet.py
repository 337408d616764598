"""Residual networks of one picture. He, Zhang, Ren & Sun (2016), with the stride in the 3 x 3 convolution."""

import torch
from torch import nn

from kinema.recognition.layers import conv_norm_2d


class Basic(nn.Module):
    """Two 3 x 3 convolutions and a shortcut."""

    expansion = 1

    def __init__(self, cin, width, stride=1):
        super().__init__()
        self.residual = nn.Sequential(conv_norm_2d(cin, width, 3, stride), conv_norm_2d(width, width, 3, relu=False))
        self.shortcut = nn.Identity() if stride == 1 and cin == width else conv_norm_2d(cin, width, 1, stride, relu=False)

    def forward(self, x):
        return torch.relu(self.shortcut(x) + self.residual(x))


class Bottleneck(nn.Module):
    """1 x 1 to fewer channels, 3 x 3, 1 x 1 back to four times as many, and a shortcut."""

    expansion = 4

    def __init__(self, cin, width, stride=1):
        super().__init__()
        cout = 4 * width
        self.residual = nn.Sequential(
            conv_norm_2d(cin, width, 1), conv_norm_2d(width, width, 3, stride), conv_norm_2d(width, cout, 1, relu=False)
        )
        self.shortcut = nn.Identity() if stride == 1 and cin == cout else conv_norm_2d(cin, cout, 1, stride, relu=False)

    def forward(self, x):
        return torch.relu(self.shortcut(x) + self.residual(x))


class ResNet(nn.Module):
    """Stem, four stages of blocks, mean over the frame, one linear layer.

    Parameters
    ----------
    block : {Basic, Bottleneck}
    blocks : four ints
        Blocks of each stage.
    classes, channels : int
    width : int
        Channels of the stem; 64 is the published net.
    """

    def __init__(self, block, blocks, classes=1000, *, channels=3, width=64):
        super().__init__()
        self.stem = nn.Sequential(conv_norm_2d(channels, width, 7, 2), nn.MaxPool2d(3, stride=2, padding=1))
        self.stages, cin = nn.ModuleList(), width
        for k, count in enumerate(blocks):
            stage = []
            for b in range(count):
                stage.append(block(cin, width * 2**k, 2 if k > 0 and b == 0 else 1))
                cin = width * 2**k * block.expansion
            self.stages.append(nn.Sequential(*stage))
        self.channels = cin
        self.classifier = nn.Linear(cin, classes)

    def maps(self, frame):
        """What the stem and each stage hand on."""
        maps = [self.stem(frame)]
        for stage in self.stages:
            maps.append(stage(maps[-1]))
        return maps

    def features(self, frame):
        """The last map's mean, (B, C)."""
        return self.maps(frame)[-1].mean(dim=(2, 3))

    def forward(self, frame):
        """Logits, (B, classes)."""
        return self.classifier(self.features(frame))


def resnet18(classes=1000, **options):
    """18 layers."""
    return ResNet(Basic, (2, 2, 2, 2), classes, **options)


def resnet50(classes=1000, **options):
    """50 layers."""
    return ResNet(Bottleneck, (3, 4, 6, 3), classes, **options)


def resnet101(classes=1000, **options):
    """101 layers."""
    return ResNet(Bottleneck, (3, 4, 23, 3), classes, **options)


def resnet152(classes=1000, **options):
    """152 layers."""
    return ResNet(Bottleneck, (3, 8, 36, 3), classes, **options)
