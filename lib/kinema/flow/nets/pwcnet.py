"""PWC-Net: pyramid, warping, cost volume, the three old ideas as layers of one network.

Sun et al. (2018). At each level of a feature pyramid: upsample the flow, warp the second features with it, compare
them with the first in a cost volume of radius 4, and decode flow from that. A context network of dilated
convolutions smooths the last flow. Inside, flow is divided by 20 at every level.
"""

import torch
import torch.nn.functional as F
from torch import nn

from kinema.flow.nets.layers import conv, correlation, warp
from kinema.flow.nets.network import FlowNetwork, initialise

FLOW_SCALE = 20                             # pixels of the input frame per unit of network output
CHANNELS = (16, 32, 64, 96, 128, 196)       # features at 1/2, 1/4, ... 1/64
RADIUS = 4
DENSE = (128, 128, 96, 64, 32)              # layers of the flow estimator; the output of each joins its input
CONTEXT = (128, 128, 128, 96, 64, 32)
DILATIONS = (1, 2, 4, 8, 16, 1)


class Pyramid(nn.ModuleList):
    """Features at 1/2 to 1/64, returned coarse to fine. Each level halves the size, then adds `convs` - 1 layers."""

    def __init__(self, convs):
        super().__init__(
            nn.Sequential(conv(cin, cout, stride=2), *(conv(cout, cout) for _ in range(convs - 1)))
            for cin, cout in zip((3, *CHANNELS), CHANNELS, strict=False)
        )

    def forward(self, x):
        features = []
        for level in self:
            x = level(x)
            features.insert(0, x)
        return features


class FlowEstimator(nn.Module):
    """Five convolutions with dense connections; returns all their features, and the flow read from them.

    `cout` is 2, for flow, unless something else is to be estimated.
    """

    def __init__(self, cin, cout=2):
        super().__init__()
        self.layers = nn.ModuleList()
        for width in DENSE:
            self.layers.append(conv(cin, width))
            cin += width
        self.predict = nn.Conv2d(cin, cout, 3, padding=1)

    def forward(self, x):
        for layer in self.layers:
            x = torch.cat([layer(x), x], dim=1)
        return x, self.predict(x)


def context_network(cin, cout=2):
    """Dilated convolutions that see far around each pixel, down to a correction of the flow."""
    widths = (cin, *CONTEXT)
    layers = [conv(a, b, dilation=d) for a, b, d in zip(widths, CONTEXT, DILATIONS, strict=False)]
    return nn.Sequential(*layers, nn.Conv2d(CONTEXT[-1], cout, 3, padding=1))


class PWCNet(FlowNetwork):
    """PWC-Net in the two forms in which it is used.

    Parameters
    ----------
    convs : int
        Convolutions per pyramid level: 3 in the authors' PyTorch network, 2 in the paper and in clean ports.
    learned_upsampling : bool
        True, as in the authors' network: transposed convolutions upsample the flow, and pass two channels of the
        decoder's features on to the next level. False: the flow is interpolated, and the context network sees
        it beside the features.
    """

    multiple = 64

    def __init__(self, *, convs=3, learned_upsampling=True):
        super().__init__()
        self.learned_upsampling = learned_upsampling
        self.pyramid = Pyramid(convs)
        volume, features = (2 * RADIUS + 1) ** 2, CHANNELS[:0:-1]  # levels 6 to 2
        passed = 4 if learned_upsampling else 2
        inputs = [volume, *(volume + c + passed for c in features[1:])]
        self.estimators = nn.ModuleList(FlowEstimator(cin) for cin in inputs)
        dense = [cin + sum(DENSE) for cin in inputs]
        if learned_upsampling:
            # The released network carries one upsampling of flow more than it uses; so do its weights.
            self.upflow = nn.ModuleList(nn.ConvTranspose2d(2, 2, 4, stride=2, padding=1) for _ in inputs)
            self.upfeatures = nn.ModuleList(nn.ConvTranspose2d(c, 2, 4, stride=2, padding=1) for c in dense[:-1])
        self.context = context_network(dense[-1] + (0 if learned_upsampling else 2))
        initialise(self, nn.init.kaiming_normal_)

    def upsample(self, level, flow, x, size):
        """What level `level` hands on: the flow, /20, on the next grid, and what goes with it into the decoder."""
        if self.learned_upsampling:
            flow = self.upflow[level](flow)
            return flow, [flow, self.upfeatures[level](x)]
        flow = F.interpolate(flow, size=size, mode="bilinear", align_corners=True)
        return flow, [flow]

    def predictions(self, I0, I1):
        """Five flows, at 1/64 to 1/4 of the input's size, in pixels of the input frame."""
        self.check_size(I0, I1)
        flow = x = None
        passed, flows = [], []
        for level, (f0, f1, estimator) in enumerate(
            zip(self.pyramid(I0), self.pyramid(I1), self.estimators, strict=False)
        ):
            if level > 0:
                flow, passed = self.upsample(level - 1, flow, x, f0.shape[-2:])
                f1, _ = warp(f1, flow * FLOW_SCALE * (f0.shape[-1] / I0.shape[-1]))
            volume = F.leaky_relu(correlation(f0, f1, RADIUS), 0.1)     # (B, 81, h, w)
            x, flow = estimator(torch.cat([volume, f0, *passed], dim=1) if level > 0 else volume)
            flows.append(flow)
        flows[-1] = flow + self.context(x if self.learned_upsampling else torch.cat([x, flow], dim=1))
        return [FLOW_SCALE * flow for flow in flows]


def pwc_net():
    """PWC-Net as in the authors' PyTorch release (PWC-DC), random weights."""
    return PWCNet()


def pwc_net_clean():
    """PWC-Net with two convolutions per level and interpolated flow, as in the clean port beside IRR."""
    return PWCNet(convs=2, learned_upsampling=False)
