"""IRR: one decoder for all levels of a pyramid, and occlusion beside flow.

Hur & Roth (2019), "Iterative Residual Refinement for Joint Optical Flow and Occlusion Estimation".
PWC-Net decodes every level with weights of its own. Here the same decoder walks down the pyramid and
predicts at each level what is to be *added* (`PWCNetIRR`). `IRRPWC` also estimates, with a second shared
decoder, which pixels are covered in the other frame, for both directions at once, and sharpens both
results with learned filters.

Layers are those of visinf/irr. Flow travels between levels in pixels of the frame; a decoder sees and
returns it in pixels of its level.
"""

from itertools import pairwise
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import nn

from kinema.flow.nets.layers import conv, correlation, warp
from kinema.flow.nets.network import FlowNetwork, initialise
from kinema.flow.nets.pwcnet import DENSE, FLOW_SCALE, RADIUS, FlowEstimator, Pyramid, context_network

VOLUME = (2 * RADIUS + 1) ** 2  # 81 displacements


class ResidualDecoder(nn.Module):
    """What to add to a field, given the evidence: a densely connected stack, then dilated convolutions.

    Parameters
    ----------
    evidence : int
        Channels of the cost volume and features together.
    field : int
        Channels of what is estimated: 2 for flow, 1 for occlusion.
    """

    def __init__(self, evidence, field):
        super().__init__()
        channels = evidence + field
        self.estimator = FlowEstimator(channels, field)
        self.context = context_network(channels + sum(DENSE) + field, field)

    def forward(self, evidence, field):
        features, step = self.estimator(torch.cat([evidence, field], dim=1))
        field = field + step
        return field + self.context(torch.cat([features, field], dim=1))


def resize(x, like):
    """`x` interpolated bilinearly onto the grid of `like`, corner pixels on corner pixels; values stay."""
    return F.interpolate(x, size=like.shape[-2:], mode="bilinear", align_corners=True)


def pixels_of(level, frame):
    """Factors (1, 2, 1, 1) that turn flow in pixels of `frame` into pixels of `level`."""
    (h, w), (H, W) = level.shape[-2:], frame.shape[-2:]
    return torch.tensor([w / W, h / H], dtype=level.dtype, device=level.device).reshape(1, 2, 1, 1)


def fetch(x, flow, frame):
    """`x` where `flow`, in pixels of `frame`, points; zero outside.

    As in visinf/irr corner pixels lie on corner pixels here, so a frame pixel is (w - 1) / (W - 1) of a
    level's, a little less than the w / W that the decoder is told.
    """
    (h, w), (H, W) = x.shape[-2:], frame.shape[-2:]
    steps = [(w - 1) / max(W - 1, 1), (h - 1) / max(H - 1, 1)]
    return warp(x, flow * torch.tensor(steps, dtype=x.dtype, device=x.device).reshape(1, 2, 1, 1))[0]


def cost_volume(f0, f1):
    """(B, 81, h, w): correlation within 4 pixels, through the nets' LeakyReLU."""
    return F.leaky_relu(correlation(f0, f1, RADIUS), 0.1)


class PWCNetIRR(FlowNetwork):
    """PWC-Net whose levels share one decoder: fewer than half the parameters."""

    align_corners = True

    def __init__(self):
        super().__init__()
        self.pyramid = Pyramid(2)
        self.project = nn.ModuleList(conv(width, 32, 1) for width in (196, 128, 96, 64, 32))
        self.decoder = ResidualDecoder(VOLUME + 32, 2)
        initialise(self, nn.init.kaiming_normal_)

    def predictions(self, I0, I1):
        """Flow at 1/64, 1/32, 1/16, 1/8 and 1/4 of the resolution, each in pixels of the frame."""
        self.check_size(I0, I1)
        levels = zip(self.project, self.pyramid(I0), self.pyramid(I1), strict=False)
        flow, flows = None, []
        for project, f0, f1 in levels:
            scale = pixels_of(f0, I0)
            flow = torch.zeros_like(f0[:, :2]) if flow is None else resize(flow, f0)
            evidence = torch.cat([cost_volume(f0, fetch(f1, flow, I0)), project(f0)], dim=1)  # (B, 113, h, w)
            flow = self.decoder(evidence, scale * flow) / scale
            flows.append(flow)
        return flows


def filter_3x3(field, weights):
    """Each pixel's weighted sum of the 3 x 3 around it; beyond the border the border pixels repeat.

    Parameters
    ----------
    field : tensor, shape (B, C, H, W)
    weights : tensor, shape (B, 9, H, W)
        Row by row; they should sum to 1 if a constant field is to stay what it is.
    """
    B, C, H, W = field.shape
    around = F.unfold(F.pad(field, (1, 1, 1, 1), mode="replicate"), 3).reshape(B, C, 9, H, W)
    return (around * weights[:, None]).sum(dim=2)


class LearnedFilter(nn.Module):
    """A field averaged with weights that a guide decides: a bilateral filter that has been learned.

    Like Hui et al. (2018) the convolutions give a distance to each neighbour; weights are the softmax of
    minus its square.
    """

    def __init__(self, guide):
        super().__init__()
        widths = (guide, 128, 128, 64, 64, 32, 32, 9)
        self.distance = nn.Sequential(*(conv(a, b) for a, b in pairwise(widths)))

    def forward(self, field, guide):
        return filter_3x3(field, (-self.distance(guide) ** 2).softmax(dim=1))


class OcclusionUpsampler(nn.Module):
    """Occlusion on the next finer grid: repeated pixels, corrected by a small residual network."""

    def __init__(self, guide=10, width=32):
        super().__init__()
        self.first = conv(guide + 1, width)
        self.residual = nn.Sequential(conv(width, width), nn.Conv2d(width, width, 3, padding=1))
        self.last = conv(width, width)
        self.out = conv(width, 1)

    def forward(self, occlusion, guide):  # (B, 1, h, w), (B, 10, 2h, 2w)
        occlusion = F.interpolate(occlusion, scale_factor=2, mode="nearest")
        start = x = self.first(torch.cat([occlusion, guide], dim=1))
        for _ in range(3):
            x = x + 0.1 * self.residual(x)  # the same weights three times
        return occlusion + self.out(start + self.last(x))


class Estimate(NamedTuple):
    """What IRR-PWC says at one stage. Flows (B, 2, h, w) are pixels of the frame, occlusions (B, 1, h, w) logits."""

    flow: torch.Tensor
    """From I0 to I1."""
    occlusion: torch.Tensor
    """Positive where a pixel of I0 is probably covered in I1; `torch.sigmoid` makes it a probability."""
    backward_flow: torch.Tensor
    """From I1 to I0."""
    backward_occlusion: torch.Tensor
    """Positive where a pixel of I1 is probably covered in I0."""


def swap(x):
    """The other direction's half of a batch that holds both: (forward, backward) to (backward, forward)."""
    forward, backward = x.chunk(2)
    return torch.cat([backward, forward])


def _estimate(flow, occlusion):
    """`Estimate` from a batch of both directions."""
    (forward, backward), (covered, uncovered) = flow.chunk(2), occlusion.chunk(2)
    return Estimate(forward, covered, backward, uncovered)


class IRRPWC(FlowNetwork):
    """Flow and occlusion in both directions, decoded with shared weights and filtered.

    Both directions run as one batch of twice the size: first the frames (I0, I1), then (I1, I0), so
    that `swap` turns each frame's tensor into its partner's.
    """

    align_corners = True

    def __init__(self):
        super().__init__()
        self.pyramid = Pyramid(2)
        self.project = nn.ModuleList([*(conv(width, 32, 1) for width in (196, 128, 96, 64)), nn.Identity()])
        self.flow_decoder = ResidualDecoder(VOLUME + 32, 2)
        self.occlusion_decoder = ResidualDecoder(VOLUME + 32, 1)
        self.flow_filter = LearnedFilter(2 + 1 + 32)
        self.occlusion_filter = LearnedFilter(1 + 32 + 32)
        self.project_fine = conv(16, 3, 1)
        self.upsample_occlusion = OcclusionUpsampler()
        initialise(self, nn.init.kaiming_normal_)

    def predictions(self, I0, I1):
        """The forward flows of `estimates`."""
        return [estimate.flow for estimate in self.estimates(I0, I1)]

    def estimates(self, I0, I1):
        """Every estimate on the way, coarse to fine.

        Two per level from 1/64 to 1/4, before the filters and after them: the filters' input is cut from
        the graph, so that only the former trains the decoders. Then one each at 1/2 and at full
        resolution, where flow is only interpolated and occlusion upsampled with a network.

        Parameters
        ----------
        I0, I1 : tensor, shape (B, 3, H, W)
            Frames in [0, 1]; H and W divisible by 64.

        Returns
        -------
        list of Estimate
            12 of them.
        """
        self.check_size(I0, I1)
        frames = torch.cat([I0, I1])  # (2B, 3, H, W)
        *coarse, fine = self.pyramid(frames)
        flow = occlusion = None
        estimates = []
        for project, f in zip(self.project, coarse, strict=True):
            flow = torch.zeros_like(f[:, :2]) if flow is None else resize(flow, f)
            occlusion = torch.zeros_like(f[:, :1]) if occlusion is None else resize(occlusion, f)
            estimates += self._decode(frames, f, project(f), flow, occlusion)
            flow, occlusion = estimates[-1]
        for f, thin in ((fine, self.project_fine), (frames, nn.Identity())):
            flow = resize(flow, f)  # (2B, 2, 2h, 2w)
            guide = [thin(f), thin(fetch(swap(f), flow, frames))]
            guide += [flow / FLOW_SCALE, fetch(swap(flow), flow, frames) / FLOW_SCALE]
            occlusion = self.upsample_occlusion(occlusion, torch.cat(guide, dim=1))
            estimates.append((flow, occlusion))
        return [_estimate(flow, occlusion) for flow, occlusion in estimates]

    def _decode(self, frames, f, thin, flow, occlusion):
        """[(flow, occlusion), (flow, occlusion)] of one level: before its filters and after them."""
        scale = pixels_of(f, frames)
        volume = cost_volume(f, fetch(swap(f), flow, frames))
        evidence = torch.cat([volume, thin], dim=1)  # (2B, 113, h, w)
        flow = self.flow_decoder(evidence, scale * flow)  # pixels of the level until the filter is through
        occlusion = self.occlusion_decoder(evidence, occlusion)
        before = flow / scale, occlusion

        small = resize(frames, f)
        difference = small - fetch(swap(small), before[0], frames)
        mismatch = torch.linalg.vector_norm(difference, dim=1, keepdim=True)
        flow = flow.detach()
        centred = flow - flow.mean(dim=(2, 3), keepdim=True)
        flow = self.flow_filter(flow, torch.cat([centred, mismatch, thin], dim=1)) / scale

        occlusion = occlusion.detach()
        change = thin - fetch(swap(thin), flow, frames)
        occlusion = self.occlusion_filter(occlusion, torch.cat([occlusion, thin, change], dim=1))
        return [before, (flow, occlusion)]


def pwc_net_irr():
    """PWC-Net with one shared decoder: 3,354,146 parameters."""
    return PWCNetIRR()


def irr_pwc():
    """IRR-PWC, flow and occlusion in both directions: 6,362,092 parameters."""
    return IRRPWC()
