"""VCN: a cost volume that stays four-dimensional, and several opinions about each pixel's motion.

Yang & Ramanan (2019), "Volumetric Correspondence Networks for Optical Flow". PWC-Net turns the 81
displacements of its cost volume into channels and forgets that they form a square. Here the volume
keeps two axes of displacement beside two of space, 4D convolutions filter it, several filtered volumes
each vote for a displacement, and a small network decides pixel by pixel whose vote counts.

Layers are those of gengshan-y/VCN as they are when it is not training; the heads that while training
guess whether the true displacement lies outside the volume are left out.
"""

import math

import torch
import torch.nn.functional as F
from torch import nn

from kinema.flow.nets.layers import upsample_flow, warp
from kinema.flow.nets.network import FlowNetwork

RADIUS = 4
TRUNCATION = 3


def cost_volume(f0, f1, radius=RADIUS):
    """Every feature of a pixel times the same feature of its neighbours in the other frame.

    Parameters
    ----------
    f0, f1 : tensor, shape (B, C, H, W)
    radius : int
        Largest displacement, pixels of these maps.

    Returns
    -------
    tensor, shape (B, C, D, D, H, W)
        D = 2 radius + 1. Entry [.., i, j, y, x] is ``f0[y, x] * f1[y + j - radius, x + i - radius]``: the first of
        the two displacement axes is horizontal. Zero where that lies outside. Channels are not summed.
    """
    H, W = f0.shape[-2:]
    padded = F.pad(f1, (radius, radius, radius, radius))
    steps = range(2 * radius + 1)
    columns = [torch.stack([padded[..., y : y + H, x : x + W] for y in steps], dim=2) for x in steps]  # (B, C, D, H, W)
    return f0[:, :, None, None] * torch.stack(columns, dim=2)


def truncated_soft_argmin(scores, truncation=TRUNCATION):
    """The displacement that each volume votes for, and how undecided it is.

    The mean displacement under the softmax of `scores`, taken within a window around the best one: a second peak
    far away does not pull the mean into the empty middle. (The literature's "argmin" is of costs; these are scores.)

    Parameters
    ----------
    scores : tensor, shape (B, K, D, D, H, W)
        Displacement axes as in `cost_volume`.
    truncation : int
        Steps to either side of the best displacement.

    Returns
    -------
    flow : tensor, shape (B, K, 2, H, W)
        Pixels of these maps.
    entropy : tensor, shape (B, K, 2, H, W)
        Of the density within the window and of the whole one, as shares of the largest possible.
    """
    D = scores.shape[2]
    flat = scores.flatten(2, 3)  # (B, K, D², H, W)
    index = torch.arange(D * D, device=scores.device).reshape(-1, 1, 1)
    best = flat.argmax(dim=2, keepdim=True)  # (B, K, 1, H, W)
    near = ((index // D - best // D).abs() <= truncation) & ((index % D - best % D).abs() <= truncation)
    density = flat.masked_fill(~near, -math.inf).softmax(dim=2)
    dx, dy = (index // D - D // 2).to(scores.dtype), (index % D - D // 2).to(scores.dtype)
    flow = torch.stack([(density * dx).sum(dim=2), (density * dy).sum(dim=2)], dim=2)
    local = entropy(density) / math.log((2 * truncation + 1) ** 2)
    whole = entropy(flat.softmax(dim=2)) / math.log(D * D)
    return flow, torch.stack([local, whole], dim=2)


def entropy(density):
    """Entropy over axis 2, nats; finite where a probability is zero."""
    return -(density * density.clamp(1e-9, 1 - 1e-9).log()).sum(dim=2)


class Over(nn.Module):
    """A 3D convolution applied to a six-dimensional volume, two of whose axes lie in one row meanwhile.

    Parameters
    ----------
    axes : {"displacement", "space"}
        Which two the kernel covers.
    cin, cout, kernel, stride : int
    norm : bool
        Batch normalisation instead of a bias.
    """

    def __init__(self, axes, cin, cout, kernel=3, stride=1, *, norm=True):
        super().__init__()
        self.displacement = axes == "displacement"
        shape = (lambda n, one: (n, n, one)) if self.displacement else (lambda n, one: (one, n, n))
        conv = nn.Conv3d(cin, cout, shape(kernel, 1), shape(stride, 1), padding=shape(kernel // 2, 0), bias=not norm)
        nn.init.normal_(conv.weight, std=math.sqrt(2 / (kernel**2 * cout)))
        self.layers = nn.Sequential(conv, nn.BatchNorm3d(cout)) if norm else nn.Sequential(conv)

    def forward(self, x):  # (B, C, U, V, H, W)
        U, V, H, W = x.shape[2:]
        if self.displacement:
            return self.layers(x.flatten(4, 5)).unflatten(4, (H, W))  # (B, C, U', V', H W) inside
        return self.layers(x.flatten(2, 3)).unflatten(2, (U, V))  # (B, C, U V, H', W') inside


class SeparableConv4d(nn.Module):
    """A 4D convolution as two: over displacement, then over space; 2 k² weights a channel pair instead of k⁴.

    Parameters
    ----------
    channels, kernel : int
    stride : (int, int)
        Of displacement and of space.
    norm : bool
    """

    def __init__(self, channels, kernel=3, stride=(1, 1), *, norm=True):
        super().__init__()
        self.displacement = Over("displacement", channels, channels, kernel, stride[0], norm=norm)
        self.space = Over("space", channels, channels, kernel, stride[1], norm=norm)

    def forward(self, x):
        return self.space(self.displacement(x).relu())


class VolumeBlock(nn.Module):
    """Two separable 4D convolutions around which the input is added back.

    Parameters
    ----------
    channels : int
    stride : (int, int)
        Of displacement and of space, in the first convolution.
    """

    def __init__(self, channels, stride=(1, 1)):
        super().__init__()
        self.first, self.second = SeparableConv4d(channels, stride=stride), SeparableConv4d(channels)
        if stride == (1, 1):
            self.shortcut = nn.Identity()
        elif stride[1] == 1:
            self.shortcut = Over("displacement", channels, channels, 1, stride[0])
        else:
            self.shortcut = SeparableConv4d(channels, 1, stride)

    def forward(self, x):
        y = self.second(self.first(x).relu())
        return (self.shortcut(x) + y).relu()


def resize_volume(x, like):
    """`x` interpolated to the last four axes of `like`: bilinearly over displacement, then over space."""
    U, V, H, W = like.shape[2:]
    h, w = x.shape[-2:]
    x = F.interpolate(x.flatten(4, 5), size=(U, V, h * w), mode="trilinear", align_corners=False)
    x = F.interpolate(x.reshape(*x.shape[:2], U * V, h, w), size=(U * V, H, W), mode="trilinear", align_corners=False)
    return x.reshape(*x.shape[:2], U, V, H, W)


class VolumeFilter(nn.Module):
    """A small U-Net over the 4D volume: from matched features to `votes` volumes of scores.

    Parameters
    ----------
    features, votes : int
        Channels in, channels out.
    shrink_space : bool
        Whether its two coarser levels are coarser in space, too, or in displacement only (9, 5, 3).
    """

    def __init__(self, features, votes, *, shrink_space=False):
        super().__init__()
        stride = (2, 2) if shrink_space else (2, 1)
        self.project = Over("displacement", features, votes, 1)
        self.down1, self.down2 = VolumeBlock(votes, stride), VolumeBlock(votes, stride)
        self.up3, self.up2, self.up1 = (VolumeBlock(votes) for _ in range(3))
        self.scores = SeparableConv4d(votes, norm=False)

    def forward(self, volume):  # (B, C, 9, 9, h, w)
        x0 = self.project(volume).relu()  # (B, votes, 9, 9, h, w)
        x1 = self.down1(x0)  # (B, votes, 5, 5, ...)
        x2 = self.up3(self.down2(x1))  # (B, votes, 3, 3, ...)
        x1 = self.up2(resize_volume(x2, x1) + x1)
        x0 = self.up1(resize_volume(x1, x0) + x0)
        return self.scores(x0)


class Fusion(nn.Module):
    """Weighs all votes for a pixel's motion, horizontal and vertical part each on its own.

    Parameters
    ----------
    features, votes : int
    """

    def __init__(self, features, votes):
        super().__init__()
        widths, dilations = (features + 4 * votes, 128, 128, 128, 96, 64, 32), (1, 2, 4, 8, 16, 1)
        layers = []
        for cin, cout, d in zip(widths, widths[1:], dilations, strict=False):
            layers += [nn.Conv2d(cin, cout, 3, padding=d, dilation=d), nn.BatchNorm2d(cout), nn.LeakyReLU(0.1)]
        self.layers = nn.Sequential(*layers, nn.Conv2d(32, 2 * votes, 3, padding=1))

    def forward(self, flows, entropies, features):  # (B, votes, 2, h, w) twice, (B, C, h, w)
        evidence = [entropies.flatten(1, 2).detach(), flows.flatten(1, 2).detach(), features]
        weights = self.layers(torch.cat(evidence, dim=1)).reshape(flows.shape).softmax(dim=1)
        return (weights * flows).sum(dim=1)  # (B, 2, h, w)


def conv_bn(cin, cout, kernel=3, stride=1):
    """Convolution without bias, batch normalisation."""
    conv = nn.Conv2d(cin, cout, kernel, stride, padding=kernel // 2, bias=False)
    nn.init.normal_(conv.weight, std=math.sqrt(2 / (kernel**2 * cout)))
    return nn.Sequential(conv, nn.BatchNorm2d(cout))


def conv_bn_relu(cin, cout, kernel=3, stride=1):
    """`conv_bn` and a LeakyReLU of slope 0.1."""
    return nn.Sequential(*conv_bn(cin, cout, kernel, stride), nn.LeakyReLU(0.1))


class Residual(nn.Module):
    """Two convolutions, the first of stride 2, and a projected shortcut."""

    def __init__(self, cin, cout):
        super().__init__()
        self.body = nn.Sequential(conv_bn_relu(cin, cout, stride=2), conv_bn(cout, cout))
        self.shortcut = conv_bn(cin, cout, 1, stride=2)

    def forward(self, x):
        return F.leaky_relu(self.body(x) + self.shortcut(x), 0.1)


class PyramidPooling(nn.Module):
    """Adds what is seen in large cells, and in the frame as a whole, to every position."""

    def __init__(self, channels, levels=3):
        super().__init__()
        self.paths = nn.ModuleList(conv_bn_relu(channels, channels, 1) for _ in range(levels))

    def forward(self, x):
        H, W = x.shape[-2:]
        most = max(min(H, W) // 2, 1)
        levels = len(self.paths)
        total = x
        for n, path in enumerate(self.paths):
            cells = most - math.ceil(n * (most - 1) / (levels - 1))  # per side: from many cells to one
            pooled = F.avg_pool2d(x, (H // cells, W // cells))
            total = total + F.interpolate(path(pooled), size=(H, W), mode="bilinear", align_corners=False) / levels
        return F.leaky_relu(total / 2, 0.1)


class Features(nn.Module):
    """Pyramid of features whose finer levels know the coarser ones.

    Parameters
    ----------
    quarter : bool
        Whether features at 1/4 are computed: 1/64, 1/32, 1/16, 1/8 and, if so, 1/4 of the resolution.
    """

    def __init__(self, *, quarter=True):
        super().__init__()
        self.stem = nn.Sequential(conv_bn_relu(3, 16, stride=2), conv_bn_relu(16, 16), conv_bn_relu(16, 32))
        self.down = nn.ModuleList(Residual(cin, cout) for cin, cout in ((32, 64), (64, 128), (128, 128), (128, 128)))
        self.pooling = PyramidPooling(128)
        # (coarser, finer, between, result) channels of each step up.
        steps = [(128, 128, 64, 128), (128, 128, 64, 128), (128, 64, 64, 64), (64, 32, 32, 64)][: 4 if quarter else 3]
        self.up = nn.ModuleList(conv_bn_relu(coarse, between) for coarse, _, between, _ in steps)
        self.merge = nn.ModuleList(conv_bn_relu(between + fine, result) for _, fine, between, result in steps)

    def forward(self, frame):  # (B, 3, H, W)
        finer = [F.max_pool2d(self.stem(frame), 3, stride=2, padding=1)]  # 1/4
        for block in self.down:
            finer.append(block(finer[-1]))
        x = self.pooling(finer.pop())  # 1/64
        levels = [x]
        for up, merge, fine in zip(self.up, self.merge, reversed(finer), strict=False):
            x = F.interpolate(x, size=fine.shape[-2:], mode="bilinear", align_corners=False)
            x = merge(torch.cat([fine, up(x)], dim=1))
            levels.append(x)
        return levels


def unit(features):
    """Features of length 1 over the channels."""
    return features / (torch.linalg.vector_norm(features, dim=1, keepdim=True) + 1e-9)


class VCN(FlowNetwork):
    """Volumes, votes and their fusion, from coarse to fine.

    Parameters
    ----------
    features : module
        (B, 3, H, W) to a list of features, coarse to fine, from 1/64 of the resolution.
    filters : sequence of VolumeFilter
        One per level.
    fusions : sequence of Fusion
        One per level; each weighs its own level's votes and all coarser ones'.
    mean : sequence of 3 float
        Mean colour that is subtracted, R, G, B. The released weights come with their own.
    """

    def __init__(self, features, filters, fusions, *, mean=(0.33, 0.33, 0.33)):
        super().__init__()
        self.features, self.filters, self.fusions = features, nn.ModuleList(filters), nn.ModuleList(fusions)
        self.register_buffer("mean", torch.tensor(mean).reshape(1, 3, 1, 1), persistent=False)

    def predictions(self, I0, I1):
        """Flow of each level, coarse to fine from 1/64 of the resolution, in pixels of the frame."""
        self.check_size(I0, I1)
        frames = torch.cat([I0, I1]) - self.mean
        flow = all_votes = all_doubts = None
        predictions = []
        for features, volume_filter, fusion in zip(self.features(frames), self.filters, self.fusions, strict=True):
            f0, f1 = features.chunk(2)
            target = unit(f1)
            if flow is not None:
                start = upsample_flow(flow, align_corners=False)  # pixels of this level
                target, _ = warp(target, start)
            volume = F.leaky_relu(cost_volume(unit(f0), target), 0.1)  # (B, C, 9, 9, h, w)
            votes, doubts = truncated_soft_argmin(volume_filter(volume))  # (B, K, 2, h, w) each
            if flow is not None:
                votes = torch.cat([votes + start[:, None], 2 * finer(all_votes.detach(), f0)], dim=1)
                doubts = torch.cat([doubts, finer(all_doubts, f0)], dim=1)
            all_votes, all_doubts = votes, doubts
            flow = fusion(votes, doubts, f0)
            predictions.append(flow * (I0.shape[-1] // f0.shape[-1]))
        return predictions


def finer(votes, like):
    """(B, K, 2, h, w) interpolated onto the grid of `like`; values stay."""
    flat = F.interpolate(votes.flatten(1, 2), size=like.shape[-2:], mode="bilinear", align_corners=False)
    return flat.unflatten(1, votes.shape[1:3])


def vcn():
    """VCN: five levels to 1/4 of the resolution, 6,227,224 parameters."""
    filters = [VolumeFilter(c, 16) for c in (128, 128, 128, 64)] + [VolumeFilter(64, 12, shrink_space=True)]
    fusions = [Fusion(c, votes) for c, votes in ((128, 16), (128, 32), (128, 48), (64, 64), (64, 76))]
    return VCN(Features(), filters, fusions)


def vcn_small():
    """VCN-small: four levels to 1/8 of the resolution, 5,192,432 parameters."""
    filters = [VolumeFilter(c, 16) for c in (128, 128, 128, 64)]
    fusions = [Fusion(c, votes) for c, votes in ((128, 16), (128, 32), (128, 48), (64, 64))]
    return VCN(Features(quarter=False), filters, fusions)
