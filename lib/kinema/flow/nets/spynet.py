"""SPyNet: a spatial pyramid in which each level learns only what is left of the motion.

Ranjan & Black (2017). Coarse to fine as in the classical methods: upsample the flow, warp the second frame with
it, and let a small network predict the rest. What is left is small at every level, so that five layers suffice.
"""

from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import nn

from kinema.flow.nets.layers import upsample_flow, warp
from kinema.flow.nets.network import FlowNetwork

# Mean and spread of colour (red, green, blue) over ImageNet, as in the released network.
MEAN, SPREAD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


class SPyNetLevel(nn.Sequential):
    """Five 7 x 7 convolutions: from the first frame, the warped second one and the flow to the flow still missing."""

    def __init__(self):
        widths = [8, 32, 64, 32, 16, 2]
        layers = []
        for cin, cout in pairwise(widths):
            layers += [nn.Conv2d(cin, cout, 7, padding=3), nn.ReLU()]
        super().__init__(*layers[:-1])


class SPyNet(FlowNetwork):
    """One small network per level of an image pyramid.

    Parameters
    ----------
    levels : int
        5 in the paper; 6 in a widely used port, whose weights `checkpoints.load_official` reads.
    """

    def __init__(self, levels=5):
        super().__init__()
        self.levels = nn.ModuleList(SPyNetLevel() for _ in range(levels))  # coarse to fine
        self.multiple = 2 ** (levels - 1)
        self.register_buffer("mean", torch.tensor(MEAN)[:, None, None], persistent=False)
        self.register_buffer("spread", torch.tensor(SPREAD)[:, None, None], persistent=False)

    def predictions(self, I0, I1):
        """One flow per level, coarse to fine, in pixels of the input frame; the last has its size."""
        self.check_size(I0, I1)
        pyramids = [[(frame - self.mean) / self.spread] for frame in (I0, I1)]
        for pyramid in pyramids:
            for _ in self.levels[1:]:
                pyramid.insert(0, F.avg_pool2d(pyramid[0], 2))
        flow, flows = None, []
        for level, (net, f0, f1) in enumerate(zip(self.levels, *pyramids, strict=True)):
            up = torch.zeros_like(f0[:, :2]) if flow is None else upsample_flow(flow, 2)
            warped, _ = warp(f1, up, outside="border")
            flow = up + net(torch.cat([f0, warped, up], dim=1))  # (B, 2, h, w), pixels of this level
            flows.append(flow * 2 ** (len(self.levels) - 1 - level))
        return flows


def spynet(levels=5):
    """SPyNet with random weights: the five levels of the paper, or another number."""
    return SPyNet(levels)


def spynet6():
    """SPyNet of six levels, as in the common port."""
    return SPyNet(levels=6)
