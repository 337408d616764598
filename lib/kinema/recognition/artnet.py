"""ARTNet: one branch looks at single frames, another at how they relate, and the second multiplies.

Wang, Li, Li & Van Gool (2018), after the released ResNet-18 (wanglimin/ARTNet, models/112_artnet_resnet_18): the
sums that run past the blocks are normalised where they are read, not where they are made, and convolutions have a
bias from the second stage on.
"""

import torch
from torch import nn

from kinema.recognition.layers import check_clip


def conv(cin, cout, kernel=3, stride=1, *, bias=False):
    """3D convolution that keeps the size but for its stride; `kernel` is a number or (t, y, x)."""
    sides = (kernel,) * 3 if isinstance(kernel, int) else kernel
    return nn.Conv3d(cin, cout, sides, stride=stride, padding=tuple(k // 2 for k in sides), bias=bias)


class Smart(nn.Module):
    """Appearance and relation side by side, then both reduced to `cout` channels.

    The relation branch squares what a 3D convolution sees and adds neighbouring channels in pairs: an energy, whose
    products of pixels of different frames are what a sum of pixels lacks.

    Parameters
    ----------
    cin, cout : int
    side : int
        Kernel in space, pixels.
    stride : int
    bias : bool
        Whether the convolutions have one.
    """

    def __init__(self, cin, cout, side=3, stride=1, *, bias=False):
        super().__init__()
        self.appearance = nn.Sequential(conv(cin, cout, (1, side, side), stride, bias=bias), nn.BatchNorm3d(cout))
        self.relation = nn.Sequential(conv(cin, cout, (3, side, side), stride, bias=bias), nn.BatchNorm3d(cout))
        self.pairs = conv_pairs(cout)
        self.pair_norm = nn.BatchNorm3d(cout // 2)
        self.reduce = conv(cout + cout // 2, cout, 1, bias=bias)

    def forward(self, x):
        relation = self.pair_norm(self.pairs(self.relation(x) ** 2))
        return self.reduce(torch.relu(torch.cat([self.appearance(x), relation], dim=1)))


def conv_pairs(channels):
    """Half the sum of each pair of neighbouring channels; its weights are fixed."""
    pairs = nn.Conv3d(channels, channels // 2, 1, groups=channels // 2, bias=False)
    nn.init.constant_(pairs.weight, 0.5)
    pairs.weight.requires_grad_(False)
    return pairs


class Block(nn.Module):
    """Normalise, ReLU, a plain 3D convolution, a second one that may be a `Smart`; and the sum that passes by."""

    def __init__(self, cin, cout, stride=1, *, smart=True, bias=False):
        super().__init__()
        self.before = nn.Sequential(nn.BatchNorm3d(cin), nn.ReLU())
        self.first = nn.Sequential(conv(cin, cout, 3, stride, bias=bias), nn.BatchNorm3d(cout), nn.ReLU())
        self.second = Smart(cout, cout, bias=bias) if smart else conv(cout, cout, bias=bias)
        self.down = None if stride == 1 and cin == cout else conv(cin, cout, 3, stride, bias=bias)

    def forward(self, x):
        y = self.before(x)
        return self.second(self.first(y)) + (x if self.down is None else self.down(y))


class ARTNet(nn.Module):
    """ResNet-18 with `Smart` in the stem and in every block but the last stage's.

    Parameters
    ----------
    classes, channels : int
    width : int
        Channels of the first stage; 64 is the published net.
    smart : bool
        False builds the plain 3D ResNet-18 that the authors compare with.
    """

    def __init__(self, classes=400, *, channels=3, width=64, smart=True):
        super().__init__()
        self.channels = channels
        layers = [Smart(channels, width, 7, 2) if smart else conv(channels, width, (3, 7, 7), 2)]
        cin = width
        for k in range(4):
            for b in range(2):
                stride = 2 if k > 0 and b == 0 else 1
                layers.append(Block(cin, width * 2**k, stride, smart=smart and k < 3, bias=k > 0))
                cin = width * 2**k
        self.body = nn.Sequential(*layers, nn.BatchNorm3d(cin), nn.ReLU())
        self.dropout = nn.Dropout(0.2)
        self.classifier = nn.Linear(cin, classes)

    def features(self, clip):
        """The last map's mean, (B, 8 · width)."""
        return self.body(check_clip(clip, self.channels)).mean(dim=(2, 3, 4))

    def forward(self, clip):
        """Logits, (B, classes)."""
        return self.classifier(self.dropout(self.features(clip)))


def artnet_18(classes=400, **options):
    """ARTNet of 18 layers, "d" in the paper: Smart wherever it was tried."""
    return ARTNet(classes, **options)


def artnet_18_plain(classes=400, **options):
    """The same without Smart."""
    return ARTNet(classes, smart=False, **options)
