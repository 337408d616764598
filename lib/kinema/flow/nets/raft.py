"""RAFT: compare all pairs of pixels once, then look up and refine, again and again.

Teed & Deng (2020), "RAFT: Recurrent All-Pairs Field Transforms for Optical Flow". Features of both
frames at 1/8 resolution; the scalar product of every pixel of I0 with every pixel of I1, pooled into
a pyramid; a recurrent unit that reads the pyramid around where each pixel is thought to have gone
and corrects that thought. There is one resolution throughout: no coarse level to lose a small thing on.
"""

import torch
import torch.nn.functional as F
from torch import nn

from kinema.flow.nets.layers import upsample_flow
from kinema.flow.nets.network import FlowNetwork


def all_pairs_correlation(f0, f1):
    """How well each pixel of one frame matches each pixel of the other: section 3.2.

    Parameters
    ----------
    f0, f1 : tensor, shape (B, C, H, W)
        Features.

    Returns
    -------
    tensor, shape (B, H, W, H, W)
        ``<f0[:, i, j], f1[:, k, l]> / sqrt(C)`` at [i, j, k, l]. Memory grows as (H W)².
    """
    B, C, H, W = f0.shape
    products = f0.flatten(2).transpose(1, 2) @ f1.flatten(2)  # (B, HW, HW)
    return products.reshape(B, H, W, H, W) / C**0.5


def correlation_pyramid(f0, f1, levels=4):
    """`all_pairs_correlation`, its last two axes halved again and again by 2 x 2 averages.

    Only the positions in I1 grow coarse; every pixel of I0 keeps its own row, so a small fast thing
    is not averaged into its background.

    Returns
    -------
    list of tensor, shape (B, H, W, H // 2^l, W // 2^l), l = 0 ... levels - 1
    """
    B, _, H, W = f0.shape
    if min(H, W) < 2 ** (levels - 1):
        raise ValueError(f"features are {H} x {W}: {levels} levels need at least {2 ** (levels - 1)} on each side")
    volume = all_pairs_correlation(f0, f1).flatten(0, 2)[:, None]  # (BHW, 1, H, W)
    pyramid = [volume]
    for _ in range(levels - 1):
        pyramid.append(F.avg_pool2d(pyramid[-1], 2))
    return [level.reshape(B, H, W, *level.shape[-2:]) for level in pyramid]


def _sample(image, x, y):
    """Bilinear samples of `image` (N, C, H, W) at pixel positions x, y (N, h, w); zero outside."""
    H, W = image.shape[-2:]
    # grid_sample counts from edge to edge of the frame: -1 is half a pixel left of pixel 0's centre.
    grid = torch.stack([(2 * x + 1) / W - 1, (2 * y + 1) / H - 1], dim=-1)
    return F.grid_sample(image, grid, mode="bilinear", padding_mode="zeros", align_corners=False)


def lookup(pyramid, positions, radius=4):
    """The square of correlations around each pixel's supposed position, on every level.

    Parameters
    ----------
    pyramid : list of tensor
        As `correlation_pyramid` returns it.
    positions : tensor, shape (B, 2, H, W)
        Where in I1 each pixel of I0 is supposed to be: (x, y), pixels of the finest level.
    radius : int
        Steps to either side. On level l one step is 2^l pixels.

    Returns
    -------
    tensor, shape (B, levels (2 radius + 1)², H, W)
        Level after level; within one the column offset is the slow index, the row offset the fast
        one (the published weights are sorted so). Zero outside the frame.
    """
    B, _, H, W = positions.shape
    steps = torch.arange(-radius, radius + 1, dtype=positions.dtype, device=positions.device)
    dx, dy = torch.meshgrid(steps, steps, indexing="ij")  # (D, D) each: dx changes down, dy along
    features = []
    for level, volume in enumerate(pyramid):
        x, y = (p.reshape(-1, 1, 1) / 2**level for p in positions.unbind(1))  # (BHW, 1, 1)
        window = _sample(volume.flatten(0, 2)[:, None], x + dx, y + dy)  # (BHW, 1, D, D)
        features.append(window.reshape(B, H, W, -1))
    return torch.cat(features, dim=-1).movedim(-1, 1)


def convex_upsample(flow, weights, factor=8):
    """Fine flow, each pixel a weighted mean of the 3 x 3 coarse ones around it: section 3.3.

    Weights that the net chooses per pixel let flow change abruptly at a moving edge, where
    bilinear interpolation would smear it.

    Parameters
    ----------
    flow : tensor, shape (B, 2, H, W)
        Coarse pixels/frame.
    weights : tensor, shape (B, 9 factor², H, W)
        Before the softmax over the nine neighbours; axis 1 is (neighbour, fine row, fine column).
    factor : int

    Returns
    -------
    tensor, shape (B, 2, factor H, factor W)
        Fine pixels/frame: values grow by `factor` too. Coarse flow beyond the border counts as zero.
    """
    B, _, H, W = flow.shape
    weights = weights.reshape(B, 1, 9, factor, factor, H, W).softmax(dim=2)
    neighbours = F.unfold(factor * flow, 3, padding=1).reshape(B, 2, 9, 1, 1, H, W)
    fine = (weights * neighbours).sum(dim=2)  # (B, 2, factor, factor, H, W)
    return fine.permute(0, 1, 4, 2, 5, 3).reshape(B, 2, factor * H, factor * W)


def conv_norm(cin, cout, kernel=3, *, stride=1, norm=nn.Identity):
    """Convolution and normalisation: both keep the size where `stride` is 1."""
    return nn.Sequential(nn.Conv2d(cin, cout, kernel, stride, padding=kernel // 2), norm(cout))


class ResidualBlock(nn.Module):
    """Convolutions around which the input is added back; each with a ReLU, the sum with another."""

    def __init__(self, body, skip):
        super().__init__()
        self.body = nn.ModuleList(body)
        self.skip = skip

    def forward(self, x):
        y = x
        for layer in self.body:
            y = layer(y).relu()
        return (self.skip(x) + y).relu()


def _skip(cin, cout, stride, norm):
    return nn.Identity() if stride == 1 else conv_norm(cin, cout, 1, stride=stride, norm=norm)


def basic_block(cin, cout, stride, norm):
    """Two 3 x 3 convolutions."""
    body = [conv_norm(cin, cout, stride=stride, norm=norm), conv_norm(cout, cout, norm=norm)]
    return ResidualBlock(body, _skip(cin, cout, stride, norm))


def bottleneck_block(cin, cout, stride, norm):
    """One 3 x 3 convolution on a quarter of the channels, 1 x 1 before and after it."""
    inner = cout // 4
    body = [
        conv_norm(cin, inner, 1, norm=norm),
        conv_norm(inner, inner, stride=stride, norm=norm),
        conv_norm(inner, cout, 1, norm=norm),
    ]
    return ResidualBlock(body, _skip(cin, cout, stride, norm))


class Encoder(nn.Module):
    """A frame as features at 1/8 of its resolution."""

    def __init__(self, block, widths, out, norm):
        super().__init__()
        first, second, third = widths
        self.stem = conv_norm(3, first, 7, stride=2, norm=norm)
        self.blocks = nn.Sequential(
            block(first, first, 1, norm),
            block(first, first, 1, norm),
            block(first, second, 2, norm),
            block(second, second, 1, norm),
            block(second, third, 2, norm),
            block(third, third, 1, norm),
        )
        self.head = nn.Conv2d(third, out, 1)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, frame):  # (B, 3, H, W)
        x = self.stem(frame).relu()  # (B, widths[0], H/2, W/2)
        return self.head(self.blocks(x))  # (B, out, H/8, W/8)


class MotionEncoder(nn.Module):
    """What the correlations say and what the flow is now, in one set of features."""

    def __init__(self, correlations, flow_convs, mix):
        super().__init__()
        self.correlations, self.flow_convs, self.mix = correlations, flow_convs, mix

    def forward(self, flow, correlations):
        both = torch.cat([self.correlations(correlations), self.flow_convs(flow)], dim=1)
        return torch.cat([self.mix(both), flow], dim=1)  # the flow itself goes along


class ConvGRU(nn.Module):
    """Gated recurrent unit with convolutions for its matrices."""

    def __init__(self, hidden, inputs, kernel):
        super().__init__()
        padding = tuple(k // 2 for k in kernel)
        self.z, self.r, self.q = (nn.Conv2d(hidden + inputs, hidden, kernel, padding=padding) for _ in range(3))

    def forward(self, h, x):
        hx = torch.cat([h, x], dim=1)
        z, r = self.z(hx).sigmoid(), self.r(hx).sigmoid()
        q = self.q(torch.cat([r * h, x], dim=1)).tanh()
        return (1 - z) * h + z * q


class UpdateBlock(nn.Module):
    """One step: from memory, context, correlations and flow to a new memory and a flow step."""

    def __init__(self, motion, grus, head):
        super().__init__()
        self.motion, self.grus, self.head = motion, nn.ModuleList(grus), head

    def forward(self, h, context, correlations, flow):
        x = torch.cat([context, self.motion(flow, correlations)], dim=1)
        for gru in self.grus:
            h = gru(h, x)
        return h, self.head(h)


def _convs(*widths_and_kernels, last_relu=True):
    """Convolutions with a ReLU after each: ``_convs(2, (64, 7), (32, 3))`` is 2 -> 64 -> 32 channels."""
    cin, *rest = widths_and_kernels
    layers = []
    for cout, kernel in rest:
        layers += [nn.Conv2d(cin, cout, kernel, padding=kernel // 2), nn.ReLU()]
        cin = cout
    return nn.Sequential(*(layers if last_relu else layers[:-1]))


class RAFT(FlowNetwork):
    """Flow by repeated lookup in one all-pairs correlation pyramid.

    Parameters
    ----------
    features : module
        (B, 3, H, W) to (B, C, H/8, W/8), for both frames.
    context : module
        (B, 3, H, W) to (B, hidden + c, H/8, W/8), for I0 alone: the first `hidden` channels start the
        memory, the others are shown to every update.
    update : UpdateBlock
    mask : module or None
        Memory to the weights of `convex_upsample`; None upsamples bilinearly.
    hidden : int
        Channels of the memory.
    levels, radius : int
        Of the correlation pyramid and its lookup.

    The call takes what `predictions` takes: ``net(I0, I1, updates=32)``.
    """

    multiple = 8

    def __init__(self, features, context, update, mask, *, hidden, levels=4, radius=4):
        super().__init__()
        self.features, self.context, self.update, self.mask = features, context, update, mask
        self.hidden, self.levels, self.radius = hidden, levels, radius

    def predictions(self, I0, I1, *, updates=12):
        """Flow after each update.

        Parameters
        ----------
        I0, I1 : tensor, shape (B, 3, H, W)
            Frames in [0, 1]; H and W divisible by 8, and at least 64 for four levels.
        updates : int
            Refinement steps. The authors train with 12 and test with 24 (KITTI) or 32 (Sintel).

        Returns
        -------
        list of tensor, shape (B, 2, H, W)
            Unlike other nets' predictions all have the resolution of the frames.
        """
        self.check_size(I0, I1)
        if updates < 1:
            raise ValueError(f"updates must be at least 1, got {updates!r}")
        least = self.multiple * 2 ** (self.levels - 1)  # the coarsest level keeps a pixel
        if min(I0.shape[-2:]) < least:
            raise ValueError(f"frames are {I0.shape[-2]} x {I0.shape[-1]}: RAFT needs {least} x {least} at least, pad them")
        I0, I1 = 2 * I0 - 1, 2 * I1 - 1
        f0, f1 = self.features(torch.cat([I0, I1])).chunk(2)  # (B, C, H/8, W/8) each
        pyramid = correlation_pyramid(f0, f1, self.levels)
        context = self.context(I0)
        h, context = context[:, : self.hidden].tanh(), context[:, self.hidden :].relu()

        B, _, H, W = f0.shape
        y, x = torch.meshgrid(
            torch.arange(H, dtype=f0.dtype, device=f0.device),
            torch.arange(W, dtype=f0.dtype, device=f0.device),
            indexing="ij",
        )
        here = torch.stack([x, y])  # (2, H/8, W/8)
        flow = torch.zeros_like(here).expand(B, 2, H, W)
        predictions = []
        for _ in range(updates):
            flow = flow.detach()  # each step answers for its own correction only
            correlations = lookup(pyramid, here + flow, self.radius)
            h, step = self.update(h, context, correlations, flow)
            flow = flow + step
            fine = upsample_flow(flow, 8) if self.mask is None else convex_upsample(flow, 0.25 * self.mask(h))
            predictions.append(fine)
        return predictions


def raft_large():
    """RAFT of the paper: 5,257,536 parameters."""
    hidden, context, levels, radius = 128, 128, 4, 4
    return RAFT(
        features=Encoder(basic_block, (64, 96, 128), 256, nn.InstanceNorm2d),
        context=Encoder(basic_block, (64, 96, 128), hidden + context, nn.BatchNorm2d),
        update=UpdateBlock(
            motion=MotionEncoder(
                correlations=_convs(levels * (2 * radius + 1) ** 2, (256, 1), (192, 3)),
                flow_convs=_convs(2, (128, 7), (64, 3)),
                mix=_convs(192 + 64, (126, 3)),
            ),
            grus=[ConvGRU(hidden, context + 128, kernel) for kernel in ((1, 5), (5, 1))],
            head=_convs(hidden, (256, 3), (2, 3), last_relu=False),
        ),
        mask=_convs(hidden, (256, 3), (9 * 8 * 8, 1), last_relu=False),
        hidden=hidden,
        levels=levels,
        radius=radius,
    )


def raft_small():
    """RAFT for small machines: 990,162 parameters."""
    hidden, context, levels, radius = 96, 64, 4, 3
    return RAFT(
        features=Encoder(bottleneck_block, (32, 64, 96), 128, nn.InstanceNorm2d),
        context=Encoder(bottleneck_block, (32, 64, 96), hidden + context, nn.Identity),
        update=UpdateBlock(
            motion=MotionEncoder(
                correlations=_convs(levels * (2 * radius + 1) ** 2, (96, 1)),
                flow_convs=_convs(2, (64, 7), (32, 3)),
                mix=_convs(96 + 32, (80, 3)),
            ),
            grus=[ConvGRU(hidden, context + 82, (3, 3))],
            head=_convs(hidden, (128, 3), (2, 3), last_relu=False),
        ),
        mask=None,
        hidden=hidden,
        levels=levels,
        radius=radius,
    )
