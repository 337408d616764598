"""Inception in space and time: I3D, whose kernels are whole, and S3D, whose kernels are split.

Carreira & Zisserman (2017) inflate Inception-v1, every k x k kernel to k x k x k; Xie, Sun, Huang, Tu & Murphy
(2018) split each into 1 x k x k and k x 1 x 1, and let every channel be gated by what the whole clip shows (S3D-G).
"""

import torch
import torch.nn.functional as F
from torch import nn

from kinema.recognition.layers import check_clip, conv_norm, triple

# Channels of the nine Inception blocks: 1x1 | 1x1, 3x3 | 1x1, 3x3 | after pooling.
BLOCKS = {
    "3b": (64, 96, 128, 16, 32, 32),
    "3c": (128, 128, 192, 32, 96, 64),
    "4b": (192, 96, 208, 16, 48, 64),
    "4c": (160, 112, 224, 24, 64, 64),
    "4d": (128, 128, 256, 24, 64, 64),
    "4e": (112, 144, 288, 32, 64, 64),
    "4f": (256, 160, 320, 32, 128, 128),
    "5b": (256, 160, 320, 32, 128, 128),
    "5c": (384, 192, 384, 48, 128, 128),
}


def pad_same(x, kernel, stride):
    """`x` padded so that a window of `kernel` with `stride` starts in ceil(size / stride) places.

    What does not divide evenly goes after the end, as TensorFlow does it: an even kernel or stride then looks one
    step further ahead than back.
    """
    pads = []
    for size, k, s in zip(x.shape[2:], triple(kernel), triple(stride), strict=True):
        total = max((-(-size // s) - 1) * s + k - size, 0)
        pads = [total // 2, total - total // 2, *pads]
    return F.pad(x, pads)


class SameConv(nn.Module):
    """Convolution without bias with TensorFlow's "SAME" padding, normalisation, ReLU."""

    def __init__(self, cin, cout, kernel, stride=1):
        super().__init__()
        self.kernel, self.stride = triple(kernel), triple(stride)
        self.conv = nn.Conv3d(cin, cout, self.kernel, stride=self.stride, bias=False)
        self.norm = nn.BatchNorm3d(cout, eps=1e-3)

    def forward(self, x):
        return torch.relu(self.norm(self.conv(pad_same(x, self.kernel, self.stride))))


class SamePool(nn.Module):
    """Largest value of each window, with "SAME" padding. Inputs come after a ReLU, so that padded zeros never win."""

    def __init__(self, kernel, stride):
        super().__init__()
        self.kernel, self.stride = triple(kernel), triple(stride)

    def forward(self, x):
        return F.max_pool3d(pad_same(x, self.kernel, self.stride), self.kernel, self.stride)


class Gate(nn.Module):
    """Each channel times a number in (0, 1) that depends on all channels' means over the clip.

    References
    ----------
    Xie et al. (2018), section 4.4: y = sigmoid(W pool(x) + b) x.
    """

    def __init__(self, channels):
        super().__init__()
        self.weight = nn.Conv3d(channels, channels, 1)

    def forward(self, x):
        return x * torch.sigmoid(self.weight(x.mean(dim=(2, 3, 4), keepdim=True)))


def split_conv(cin, cout, kernel, stride=1):
    """1 x k x k then k x 1 x 1, each normalised, each with ReLU."""
    space = conv_norm(cin, cout, (1, kernel, kernel), (1, stride, stride), eps=1e-3)
    return nn.Sequential(space, conv_norm(cout, cout, (kernel, 1, 1), (stride, 1, 1), eps=1e-3))


def point_conv(cin, cout):
    """1 x 1 x 1 convolution, normalised, with ReLU."""
    return conv_norm(cin, cout, 1, eps=1e-3)


class InceptionBlock(nn.Module):
    """Four branches side by side.

    Parameters
    ----------
    cin : int
    counts : six ints
        As in `BLOCKS`.
    conv : callable
        conv(cin, cout, kernel) for the 3 x 3 x 3 branches.
    pool : nn.Module
        The fourth branch's pool.
    gated : bool
        Whether a `Gate` closes each branch.
    """

    def __init__(self, cin, counts, *, conv, pool, gated=False):
        super().__init__()
        one, reduce3, three, reduce5, five, after = counts
        branches = [
            [point_conv(cin, one)],
            [point_conv(cin, reduce3), conv(reduce3, three, 3)],
            [point_conv(cin, reduce5), conv(reduce5, five, 3)],  # 5 x 5 in two dimensions; both papers keep 3
            [pool, point_conv(cin, after)],
        ]
        gates = [[Gate(n)] if gated else [] for n in (one, three, five, after)]
        self.branches = nn.ModuleList(nn.Sequential(*b, *g) for b, g in zip(branches, gates, strict=True))

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], dim=1)


class InceptionNet3D(nn.Module):
    """Stem, nine Inception blocks with three pools between, average over space, logits averaged over time.

    Parameters
    ----------
    conv : callable
        conv(cin, cout, kernel, stride=1), normalised and with ReLU.
    pool : callable
        pool(kernel, stride), which keeps the size but for its stride.
    classes, channels : int
    gated : bool
        S3D-G's gates.
    dropout : float
    width : float
        Scales every number of channels; 1 is the published net.
    """

    def __init__(self, conv, pool, classes=400, *, channels=3, gated=False, dropout=0.5, width=1.0):
        super().__init__()
        self.channels = channels

        def n(count):
            return max(1, round(count * width))

        def gate(count):
            return [Gate(count)] if gated else []

        layers = [
            conv(channels, n(64), 7, 2), *gate(n(64)), pool((1, 3, 3), (1, 2, 2)),
            point_conv(n(64), n(64)), conv(n(64), n(192), 3), *gate(n(192)), pool((1, 3, 3), (1, 2, 2)),
        ]  # fmt: skip
        cin = n(192)
        for name, counts in BLOCKS.items():
            if name == "4b":
                layers.append(pool(3, 2))
            if name == "5b":
                layers.append(pool(2, 2))
            counts = tuple(n(c) for c in counts)
            layers.append(InceptionBlock(cin, counts, conv=conv, pool=pool(3, 1), gated=gated))
            cin = counts[0] + counts[2] + counts[4] + counts[5]
        self.body = nn.Sequential(*layers)
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Conv3d(cin, classes, 1)

    def features(self, clip):
        """Means over space and over pairs of neighbouring maps, (B, C, T'), for T' places in time."""
        maps = self.body(check_clip(clip, self.channels))           # (B, C, T / 8, H / 32, W / 32)
        return F.avg_pool3d(maps, (min(2, maps.shape[2]), *maps.shape[3:]), stride=1)[..., 0, 0]

    def forward(self, clip):
        """Logits, (B, classes): the mean over places in time."""
        y = self.dropout(self.features(clip)[..., None, None])
        return self.classifier(y).mean(dim=(2, 3, 4))


def centred_pool(kernel, stride):
    """Pool that is padded alike on both sides, but an even window not at all."""
    kernel = triple(kernel)
    return nn.MaxPool3d(kernel, stride=triple(stride), padding=tuple((k - 1) // 2 for k in kernel))


def i3d(classes=400, **options):
    """I3D; ``channels=2`` makes its flow stream."""
    return InceptionNet3D(SameConv, SamePool, classes, **options)


def s3d(classes=400, **options):
    """S3D, its first layer split too, as torchvision has it."""
    return InceptionNet3D(split_conv, centred_pool, classes, **{"dropout": 0.2, **options})


def s3d_g(classes=400, **options):
    """S3D with gates."""
    return s3d(classes, gated=True, **options)
