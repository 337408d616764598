"""LiteFlowNet: a light network of three units per level: matching, sub-pixel refinement, regularisation.

Hui, Tang & Loy (2018). Features rather than frames are warped. The last unit replaces each flow by a weighted mean
of its neighbours, with weights that the network chooses pixel by pixel: flow may differ across an edge. Layers
as in the authors' release and its port sniklaus/pytorch-liteflownet. Inside, flow is divided by 20.
"""

from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import nn

from kinema.flow.nets.layers import conv, correlation, length, warp
from kinema.flow.nets.network import FlowNetwork, initialise

FLOW_SCALE = 20
CHANNELS = {2: 32, 3: 64, 4: 96, 5: 128, 6: 192}    # features of level l, at 1/2^(l-1) of the size
KERNEL = {2: 7, 3: 5, 4: 5, 5: 3, 6: 3}             # last kernel of each unit, and the regularisation's window
LEVELS = (6, 5, 4, 3, 2)                            # coarse to fine
RADIUS = 3
MEAN0 = (0.454253, 0.434631, 0.411618)              # red, green, blue of first frames in the training set
MEAN1 = (0.452793, 0.433645, 0.410782)              # of second frames


def warp_scaled(features, flow, level):
    """Warp features of `level` by `flow` / 20."""
    return warp(features, flow * (FLOW_SCALE / 2 ** (level - 1)))[0]


def flow_head(cin, level):
    """Four convolutions from `cin` channels to flow."""
    k = KERNEL[level]
    return nn.Sequential(conv(cin, 128), conv(128, 64), conv(64, 32), nn.Conv2d(32, 2, k, padding=k // 2))


def lift(level):
    """At level 2 alone, a 1 x 1 convolution that brings the features to the 64 channels of level 3."""
    return conv(CHANNELS[2], CHANNELS[3], 1) if level == 2 else nn.Identity()


class Double(nn.ConvTranspose2d):
    """Twice the rows and columns, each channel by its own kernel, which starts out as bilinear interpolation."""

    def __init__(self, channels):
        super().__init__(channels, channels, 4, stride=2, padding=1, bias=False, groups=channels)

    def reset_parameters(self):
        ramp = torch.tensor([0.25, 0.75, 0.75, 0.25])
        with torch.no_grad():
            self.weight.copy_(ramp[:, None] * ramp)


class Features(nn.ModuleList):
    """Features of levels 1 to 6."""

    def __init__(self):
        super().__init__(
            [
                conv(3, 32, 7),
                nn.Sequential(conv(32, 32, stride=2), conv(32, 32), conv(32, 32)),
                nn.Sequential(conv(32, 64, stride=2), conv(64, 64)),
                nn.Sequential(conv(64, 96, stride=2), conv(96, 96)),
                conv(96, 128, stride=2),
                conv(128, 192, stride=2),
            ]
        )

    def forward(self, x):
        features = []
        for level in self:
            x = level(x)
            features.append(x)
        return features


class Matching(nn.Module):
    """M: flow from a cost volume. At the two finest levels only every second pixel is compared."""

    def __init__(self, level):
        super().__init__()
        self.level = level
        self.lift = lift(level)
        self.upflow = Double(2) if level < 6 else None
        self.upvolume = Double((2 * RADIUS + 1) ** 2) if level < 4 else None
        self.head = flow_head((2 * RADIUS + 1) ** 2, level)

    def forward(self, f0, f1, flow):
        f0, f1 = self.lift(f0), self.lift(f1)
        if flow is not None:
            flow = self.upflow(flow)
            f1 = warp_scaled(f1, flow, self.level)
        if self.upvolume is None:
            volume = F.leaky_relu(correlation(f0, f1, RADIUS), 0.1)                           # (B, 49, h, w)
        else:
            sparse = correlation(f0[..., ::2, ::2], f1[..., ::2, ::2], RADIUS)                # (B, 49, h/2, w/2)
            volume = self.upvolume(F.leaky_relu(sparse, 0.1))
        return self.head(volume) + (0 if flow is None else flow)


class Subpixel(nn.Module):
    """S: a correction read from the features themselves."""

    def __init__(self, level):
        super().__init__()
        self.level = level
        self.lift = lift(level)
        self.head = flow_head(2 * CHANNELS[max(level, 3)] + 2, level)

    def forward(self, f0, f1, flow):
        f0, f1 = self.lift(f0), self.lift(f1)
        return flow + self.head(torch.cat([f0, warp_scaled(f1, flow, self.level), flow], dim=1))


class Regularisation(nn.Module):
    """R: each flow becomes a weighted mean over a window, exp(-distance²) being the weights."""

    def __init__(self, level):
        super().__init__()
        self.level, self.window = level, KERNEL[level]
        k, n = self.window, self.window**2
        features = CHANNELS[level] if level >= 5 else 128
        self.reduce = nn.Identity() if level >= 5 else conv(CHANNELS[level], 128, 1)
        widths = [features + 3, 128, 128, 64, 64, 32, 32]
        self.body = nn.Sequential(*(conv(a, b) for a, b in pairwise(widths)))
        if level >= 5:
            self.distance = nn.Sequential(nn.Conv2d(32, n, k, padding=k // 2))
        else:  # a column, then a row: cheaper
            column = nn.Conv2d(32, n, (k, 1), padding=(k // 2, 0))
            self.distance = nn.Sequential(column, nn.Conv2d(n, n, (1, k), padding=(0, k // 2)))
        self.scale_u = nn.Conv2d(n, 1, 1)
        self.scale_v = nn.Conv2d(n, 1, 1)

    def reset_scales(self):
        """Start as a plain weighted mean."""
        nn.init.ones_(self.scale_u.weight)
        nn.init.ones_(self.scale_v.weight)

    def forward(self, I0, I1, f0, flow):
        error = length(I0 - warp_scaled(I1, flow, self.level)).detach()
        centred = flow - flow.mean(dim=(2, 3), keepdim=True)
        distance = self.distance(self.body(torch.cat([error, centred, self.reduce(f0)], dim=1)))
        exponent = -(distance**2)                                                             # (B, window², h, w)
        weights = torch.exp(exponent - exponent.amax(dim=1, keepdim=True))

        def mean(component, scale):
            window = F.unfold(component, self.window, padding=self.window // 2).view_as(weights)
            return scale(weights * window) / weights.sum(dim=1, keepdim=True)

        return torch.cat([mean(flow[:, :1], self.scale_u), mean(flow[:, 1:], self.scale_v)], dim=1)


class LiteFlowNet(FlowNetwork):
    """Features shared by both frames, then M, S and R at levels 6 to 2."""

    multiple = 32

    def __init__(self):
        super().__init__()
        self.features = Features()
        self.matching = nn.ModuleList(Matching(level) for level in LEVELS)
        self.subpixel = nn.ModuleList(Subpixel(level) for level in LEVELS)
        self.regularisation = nn.ModuleList(Regularisation(level) for level in LEVELS)
        initialise(self, nn.init.kaiming_normal_)
        for module in self.modules():
            if isinstance(module, Double):
                module.reset_parameters()
            elif isinstance(module, Regularisation):
                module.reset_scales()
        self.register_buffer("mean0", torch.tensor(MEAN0)[:, None, None], persistent=False)
        self.register_buffer("mean1", torch.tensor(MEAN1)[:, None, None], persistent=False)

    def predictions(self, I0, I1):
        """Five flows, after R at 1/32 to 1/2 of the input's size, in pixels of the input frame."""
        self.check_size(I0, I1)
        I0, I1 = I0 - self.mean0, I1 - self.mean1
        features0, features1 = self.features(I0), self.features(I1)
        frames = [(I0, I1)]
        for f in features0[1:]:
            size = f.shape[-2:]
            frames.append(tuple(F.interpolate(x, size, mode="bilinear", align_corners=False) for x in frames[-1]))
        flow, flows = None, []
        for level, match, refine, smooth in zip(LEVELS, self.matching, self.subpixel, self.regularisation, strict=True):
            f0, f1 = features0[level - 1], features1[level - 1]
            flow = match(f0, f1, flow)
            flow = refine(f0, f1, flow)
            flow = smooth(*frames[level - 1], f0, flow)
            flows.append(FLOW_SCALE * flow)
        return flows


def lite_flow_net():
    """LiteFlowNet with random weights."""
    return LiteFlowNet()
