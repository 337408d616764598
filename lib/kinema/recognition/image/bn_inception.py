"""Inception with batch normalisation, the picture network of TSN, TRN and ECO.

Ioffe & Szegedy (2015), with the numbers of channels of the released network that TSN builds on.
"""

import torch
from torch import nn

from kinema.recognition.layers import conv_norm_2d

# Channels of each block: 1x1 | 1x1, 3x3 | 1x1, 3x3, 3x3 | after pooling. A block without the first and the last
# halves the map, and passes on what it pools.
BLOCKS = {
    "3a": (64, 64, 64, 64, 96, 32),
    "3b": (64, 64, 96, 64, 96, 64),
    "3c": (0, 128, 160, 64, 96, 0),
    "4a": (224, 64, 96, 96, 128, 128),
    "4b": (192, 96, 128, 96, 128, 128),
    "4c": (160, 128, 160, 128, 160, 128),
    "4d": (96, 128, 192, 160, 192, 128),
    "4e": (0, 128, 192, 192, 256, 0),
    "5a": (352, 192, 320, 160, 224, 128),
    "5b": (352, 192, 320, 192, 224, 128),
}


def conv(cin, cout, kernel, stride=1):
    """Convolution, normalisation, ReLU; this network keeps the bias before the normalisation."""
    return conv_norm_2d(cin, cout, kernel, stride, bias=True)


class Block(nn.Module):
    """Four branches side by side, or three when the map is halved.

    Parameters
    ----------
    cin : int
    counts : six ints
        As in `BLOCKS`.
    largest : bool
        Whether the pooling branch takes the largest value instead of the mean.
    """

    def __init__(self, cin, counts, *, largest=False):
        super().__init__()
        one, reduce3, three, reduce5, five, after = counts
        stride = 1 if one else 2
        pool = (nn.MaxPool2d if largest or stride == 2 else nn.AvgPool2d)(3, stride=stride, padding=1)
        branches = [
            nn.Sequential(conv(cin, reduce3, 1), conv(reduce3, three, 3, stride)),
            nn.Sequential(conv(cin, reduce5, 1), conv(reduce5, five, 3), conv(five, five, 3, stride)),
            nn.Sequential(pool, conv(cin, after, 1)) if after else pool,
        ]
        self.branches = nn.ModuleList([conv(cin, one, 1), *branches] if one else branches)
        self.channels = one + three + five + (after or cin)

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], dim=1)


class BNInception(nn.Module):
    """The whole network.

    Parameters
    ----------
    classes, channels : int
    dropout : float
    width : float
        Scales every number of channels; 1 is the published net.
    """

    def __init__(self, classes=1000, *, channels=3, dropout=0.0, width=1.0):
        super().__init__()

        def n(count):
            return max(2, round(count * width)) if count else 0

        self.stem = nn.Sequential(
            conv(channels, n(64), 7, 2), nn.MaxPool2d(3, stride=2, padding=1),
            conv(n(64), n(64), 1), conv(n(64), n(192), 3), nn.MaxPool2d(3, stride=2, padding=1),
        )  # fmt: skip
        self.blocks, cin = nn.ModuleDict(), n(192)
        for name, counts in BLOCKS.items():
            self.blocks[name] = Block(cin, tuple(n(c) for c in counts), largest=name == "5b")
            cin = self.blocks[name].channels
        self.channels = cin
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(cin, classes)

    def features(self, frame):
        """The last map's mean, (B, 1024)."""
        y = self.stem(frame)
        for block in self.blocks.values():
            y = block(y)
        return y.mean(dim=(2, 3))

    def forward(self, frame):
        """Logits, (B, classes)."""
        return self.classifier(self.dropout(self.features(frame)))


def bn_inception(classes=1000, **options):
    """The published network."""
    return BNInception(classes, **options)
