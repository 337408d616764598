"""HD3: flow as a probability over displacements, found level by level.

Yin, Darrell & Yu (2019), "Hierarchical Discrete Distribution Decomposition for Match Density
Estimation". At each level of a pyramid the net gives every pixel a density over 9 x 9 displacements
from where the coarser levels already point. Flow is read off the density; the density also says how
sure the net is. Training compares densities, not flows.

Layers are those of ucbdrive/hd3 for optical flow ("HD3F"): deep layer aggregation (Yu et al. 2018) as
the encoder, five levels from 1/64 to 1/4 of the resolution, batch normalisation throughout.
"""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import nn

from kinema.flow.nets.layers import correlation, upsample_flow, warp
from kinema.flow.nets.network import FlowNetwork

RADIUS = 4
CLASSES = (2 * RADIUS + 1) ** 2  # 81 displacements

# Of ImageNet's colours, R, G, B in [0, 1].
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def density_to_flow(density):
    """The displacement that a match density speaks for.

    The mean over the 2 x 2 displacements that together are likeliest. The mean over all would land
    between two peaks where there is nothing; the likeliest alone would know whole pixels only.

    Parameters
    ----------
    density : tensor, shape (B, D², H, W)
        Not negative; D odd, displacements row-major, dy outer, dx inner.

    Returns
    -------
    tensor, shape (B, 2, H, W)
        Pixels of the density's own grid, within (D - 1) / 2 of zero.
    """
    B, classes, H, W = density.shape
    D = round(classes**0.5)
    square = density.reshape(B, D, D, H, W)  # (B, dy, dx, H, W)
    # The four corners of every 2 x 2 window, windows in one row: (B, (D - 1)², H, W).
    corners = [square[:, y : y + D - 1, x : x + D - 1].reshape(B, -1, H, W) for y in (0, 1) for x in (0, 1)]
    best = sum(corners).argmax(dim=1, keepdim=True)  # (B, 1, H, W)
    top_left, top_right, low_left, low_right = (corner.gather(1, best) for corner in corners)
    total = top_left + top_right + low_left + low_right
    u = best % (D - 1) - D // 2 + (top_right + low_right) / total
    v = best // (D - 1) - D // 2 + (low_left + low_right) / total
    return torch.cat([u, v], dim=1)


def flow_to_density(flow, radius=RADIUS):
    """The density that speaks for a given displacement: its weight shared by the four whole ones around it.

    Parameters
    ----------
    flow : tensor, shape (B, 2, H, W)
        Pixels; clipped to `radius`.
    radius : int

    Returns
    -------
    tensor, shape (B, (2 radius + 1)², H, W)
        Sums to 1 over axis 1. `density_to_flow` gives the (clipped) flow back.
    """
    steps = torch.arange(-radius, radius + 1, dtype=flow.dtype, device=flow.device).reshape(1, -1, 1, 1)
    u, v = flow.clamp(-radius, radius).split(1, dim=1)
    along_x = (1 - (u - steps).abs()).clamp(min=0)  # (B, D, H, W): linear interpolation, transposed
    along_y = (1 - (v - steps).abs()).clamp(min=0)
    return (along_y[:, :, None] * along_x[:, None]).flatten(1, 2)


def conv_bn(cin, cout, kernel=3, *, stride=1, dilation=1):
    """Convolution without bias, batch normalisation."""
    padding = dilation * (kernel // 2)
    return nn.Sequential(
        nn.Conv2d(cin, cout, kernel, stride, padding=padding, dilation=dilation, bias=False), nn.BatchNorm2d(cout)
    )


def conv_bn_relu(cin, cout, kernel=3, **options):
    """`conv_bn` and a ReLU."""
    return nn.Sequential(*conv_bn(cin, cout, kernel, **options), nn.ReLU())


class Block(nn.Module):
    """Two convolutions, a residual added."""

    def __init__(self, cin, cout, stride=1):
        super().__init__()
        self.first, self.second = conv_bn(cin, cout, stride=stride), conv_bn(cout, cout)

    def forward(self, x, residual):
        return (self.second(self.first(x).relu()) + residual).relu()


class Tree(nn.Module):
    """Two blocks whose outputs are aggregated by a 1 x 1 convolution: the unit of deep layer aggregation.

    Parameters
    ----------
    cin, cout, stride : int
    keep_input : bool
        Whether the (pooled) input takes part in the aggregation.
    others : int
        Channels of further features that do.
    """

    def __init__(self, cin, cout, *, stride=1, keep_input=False, others=0):
        super().__init__()
        self.pool = nn.MaxPool2d(stride) if stride > 1 else nn.Identity()
        self.project = nn.Identity() if cin == cout else conv_bn(cin, cout, 1)
        self.first, self.second = Block(cin, cout, stride), Block(cout, cout)
        self.keep_input = keep_input
        self.root = conv_bn_relu(2 * cout + keep_input * cin + others, cout, 1)

    def forward(self, x, *others):
        small = self.pool(x)
        first = self.first(x, self.project(small))
        second = self.second(first, first)
        kept = [small] if self.keep_input else []
        return self.root(torch.cat([second, first, *kept, *others], dim=1))


class DoubleTree(nn.Module):
    """Two trees; the second aggregates the input and the first tree's output as well."""

    def __init__(self, cin, cout):
        super().__init__()
        self.pool = nn.MaxPool2d(2)
        self.first = Tree(cin, cout, stride=2)
        self.second = Tree(cout, cout, others=cin + cout)
        # The released network has this layer and its weights, but throws its output away: so it is never called.
        self.idle = conv_bn(cin, cout, 1)

    def forward(self, x):
        first = self.first(x)
        return self.second(first, self.pool(x), first)


class DLA34(nn.Module):
    """Features at full, 1/2, 1/4 ... 1/64 of the resolution, fine to coarse."""

    def __init__(self, widths):
        super().__init__()
        c0, c1, c2, c3, c4, c5, c6 = widths
        self.stem = conv_bn_relu(3, c0, 7)
        self.levels = nn.ModuleList(
            [
                conv_bn_relu(c0, c0),
                conv_bn_relu(c0, c1, stride=2),
                Tree(c1, c2, stride=2),
                DoubleTree(c2, c3),
                DoubleTree(c3, c4),
                Tree(c4, c5, stride=2, keep_input=True),
                Tree(c5, c6, stride=2, keep_input=True),
            ]
        )

    def forward(self, frame):  # (B, 3, H, W)
        x, features = self.stem(frame), []
        for level in self.levels:
            x = level(x)
            features.append(x)
        return features


def upsampler(width):
    """Twice the rows and columns, channel by channel; starts as bilinear interpolation."""
    up = nn.ConvTranspose2d(width, width, 4, stride=2, padding=1, groups=width, bias=False)
    taps = torch.tensor([0.25, 0.75, 0.75, 0.25])
    with torch.no_grad():
        up.weight.copy_((taps[:, None] * taps).expand_as(up.weight))
    return up


class Aggregation(nn.Module):
    """Features of several levels brought to the finest one's grid and width, then merged one after the other.

    Parameters
    ----------
    width : int
        Channels of the finest level, and of all results.
    coarser : sequence of int
        Channels of the others; each has half the finest one's rows and columns.
    """

    def __init__(self, width, coarser):
        super().__init__()
        self.project = nn.ModuleList(nn.Identity() if c == width else conv_bn_relu(c, width, 1) for c in coarser)
        self.up = nn.ModuleList(upsampler(width) for _ in coarser)
        self.merge = nn.ModuleList(conv_bn_relu(2 * width, width) for _ in coarser)

    def forward(self, x, *coarser):
        merged = []
        for project, up, merge, other in zip(self.project, self.up, self.merge, coarser, strict=True):
            x = merge(torch.cat([x, up(project(other))], dim=1))
            merged.append(x)
        return merged


class DLAUp(nn.Module):
    """Deep layer aggregation, then upwards again: every level's features know what the coarser ones saw.

    Features at 1/64, 1/32 ... 1/2 of the resolution, coarse to fine.
    """

    def __init__(self, widths):
        super().__init__()
        self.base = DLA34(widths)
        self.aggregations = nn.ModuleList()
        coarser = [widths[-1]]
        for width in reversed(widths[1:-1]):
            self.aggregations.append(Aggregation(width, coarser))
            coarser = [width] * (len(coarser) + 1)

    def forward(self, frame):
        *finer, coarsest = self.base(frame)[1:]
        results, coarser = [coarsest], [coarsest]
        for aggregation, x in zip(self.aggregations, reversed(finer), strict=True):
            merged = aggregation(x, *coarser)
            results.append(merged[-1])
            coarser = [x, *merged]  # all of this level's size and width: what the next one aggregates
        return results


class PreActivation(nn.Module):
    """Residual block whose normalisation and ReLU come before each convolution."""

    def __init__(self, cin, cout, *, normalise):
        super().__init__()
        self.before = nn.Sequential(nn.BatchNorm2d(cin), nn.ReLU()) if normalise else nn.Identity()
        self.project = nn.Identity() if cin == cout else nn.Conv2d(cin, cout, 1, bias=False)
        self.first = nn.Conv2d(cin, cout, 3, padding=1, bias=False)
        self.between = nn.Sequential(nn.BatchNorm2d(cout), nn.ReLU())
        self.second = nn.Conv2d(cout, cout, 3, padding=1, bias=False)

    def forward(self, x):
        y = self.before(x)
        shortcut = x if isinstance(self.project, nn.Identity) else self.project(y)
        return self.second(self.between(self.first(y))) + shortcut


class Mapping(nn.Module):
    """Two residual blocks, aggregated."""

    def __init__(self, cin, cout):
        super().__init__()
        self.first = PreActivation(cin, cout, normalise=False)
        self.second = PreActivation(cout, cout, normalise=True)
        self.root = nn.Sequential(nn.BatchNorm2d(2 * cout), nn.ReLU(), nn.Conv2d(2 * cout, cout, 1, bias=False))

    def forward(self, x):
        first = self.first(x)
        return self.root(torch.cat([first, self.second(first)], dim=1))


class Decoder(nn.Module):
    """From evidence to scores of 81 displacements, and features for the next finer level.

    Parameters
    ----------
    cin, width : int
    last : bool
        Whether there is no finer level.
    """

    def __init__(self, cin, width=128, *, last=False):
        super().__init__()
        self.mapping = Mapping(cin, width)
        self.scores = nn.Sequential(nn.BatchNorm2d(width), nn.ReLU(), nn.Conv2d(width, CLASSES, 1))
        self.up = None
        if not last:
            up = nn.ConvTranspose2d(width, CLASSES, 4, stride=2, padding=1, bias=False)
            self.up = nn.Sequential(nn.BatchNorm2d(width), nn.ReLU(), up, nn.BatchNorm2d(CLASSES), nn.ReLU())

    def forward(self, x):  # (B, cin, h, w)
        x = self.mapping(x)
        return self.scores(x), None if self.up is None else self.up(x)  # (B, 81, h, w), (B, 81, 2h, 2w)


class ContextDecoder(nn.Module):
    """The last decoder of "HD3F + context": dilated convolutions that look far around."""

    def __init__(self, cin, width=128):
        super().__init__()
        channels = (cin, *(width,) * 7)
        dilations = (1, 1, 2, 4, 8, 16, 1)
        layers = [conv_bn_relu(a, b, dilation=d) for a, b, d in zip(channels, channels[1:], dilations, strict=False)]
        self.scores = nn.Sequential(*layers, nn.Conv2d(width, CLASSES, 1))

    def forward(self, x):
        return self.scores(x), None


class Match(NamedTuple):
    """What one level says."""

    scores: torch.Tensor
    """(B, 81, h, w), row-major over displacements from where the coarser levels point; softmax over axis 1 is
    the match density."""
    flow: torch.Tensor
    """(B, 2, h, w), this level's displacement and the coarser levels' together, in pixels of the frame."""


class HD3(FlowNetwork):
    """Match densities from coarse to fine.

    Parameters
    ----------
    widths : sequence of 7 int
        Channels of the encoder from full to 1/64 of the resolution.
    width : int
        Channels of the decoders.
    context : bool
        Whether the last decoder is a `ContextDecoder`.
    """

    align_corners = True

    def __init__(self, widths=(16, 32, 64, 128, 256, 512, 512), width=128, *, context=False):
        super().__init__()
        self.encoder = DLAUp(widths)  # its features at 1/2 are not used: flow stops at 1/4
        inputs = [CLASSES, *(CLASSES + w + CLASSES + 2 for w in widths[-2:1:-1])]
        self.normalise_volume = nn.ModuleList(nn.BatchNorm2d(CLASSES) for _ in inputs)
        last = ContextDecoder(inputs[-1], width) if context else Decoder(inputs[-1], width, last=True)
        self.decoders = nn.ModuleList([*(Decoder(cin, width) for cin in inputs[:-1]), last])
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.normal_(module.weight, std=0.02)
                if module.bias is not None:
                    nn.init.zeros_(module.bias)
        self.register_buffer("mean", torch.tensor(MEAN).reshape(1, 3, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(STD).reshape(1, 3, 1, 1), persistent=False)

    def predictions(self, I0, I1):
        """The flows of `matches`: at 1/64, 1/32, 1/16, 1/8 and 1/4 of the resolution, pixels of the frame."""
        return [match.flow for match in self.matches(I0, I1)]

    def matches(self, I0, I1):
        """Densities and flow at each level, coarse to fine: a list of `Match`.

        Parameters
        ----------
        I0, I1 : tensor, shape (B, 3, H, W)
            Frames in [0, 1]; H and W divisible by 64.
        """
        self.check_size(I0, I1)
        frames = (torch.cat([I0, I1]) - self.mean) / self.std
        pairs = [f.chunk(2) for f in self.encoder(frames)]  # at 1/64, 1/32 ... 1/2
        matches, up, flow = [], None, None
        for (f0, f1), normalise, decode in zip(pairs, self.normalise_volume, self.decoders, strict=False):
            start = None if flow is None else upsample_flow(flow)  # pixels of this level
            target = f1 if start is None else warp(f1, start)[0]
            volume = normalise(correlation(f0, target, RADIUS))  # (B, 81, h, w)
            scores, up = decode(volume if start is None else torch.cat([volume, f0, up, start], dim=1))
            flow = density_to_flow(scores.softmax(dim=1))
            flow = flow if start is None else start + flow
            matches.append(Match(scores, flow * (I0.shape[-1] // f0.shape[-1])))
        return matches


def match_density_loss(matches, flow):
    """How far the densities are from those that the true flow asks for.

    At every level the target is what the flow of the coarser level leaves, spread by `flow_to_density`;
    the Kullback-Leibler divergence from the net's density to it is averaged over pixels, and the levels
    are summed.

    Parameters
    ----------
    matches : list of Match
    flow : tensor, shape (B, 2, H, W)
        True flow, pixels of the frame.

    Returns
    -------
    tensor, scalar
        Nats.
    """
    loss, found = 0.0, None
    for scores, fine in matches:
        B, _, h, w = scores.shape
        step = flow.shape[-1] / w  # frame pixels per pixel of this level
        left = F.interpolate(flow, size=(h, w), mode="bilinear", align_corners=True)
        if found is not None:
            left = left - F.interpolate(found, size=(h, w), mode="bilinear", align_corners=True)
        target = flow_to_density(left / step).detach()
        loss = loss + F.kl_div(scores.log_softmax(dim=1), target, reduction="sum") / (B * h * w)
        found = fine
    return loss


def hd3():
    """HD3F: 39,561,975 parameters."""
    return HD3()


def hd3_context():
    """HD3F + context: 39,942,647 parameters."""
    return HD3(context=True)
