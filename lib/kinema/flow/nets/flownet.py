"""FlowNet and FlowNet2: convolutions that learn flow from pairs of frames with known flow.

Dosovitskiy et al. (2015): FlowNetS stacks the two frames and lets one encoder find out; FlowNetC compares
their features with a correlation layer. Ilg et al. (2017): FlowNet2 stacks such networks, each warping the
second frame with the flow found so far, and fuses the result with a network for small displacements.

Layers are those of the released networks (as in NVIDIA/flownet2-pytorch), which have one more layer, conv6_1,
than the paper's drawing. Inside, flow is divided by 20 so that outputs are of the order of 1.
"""

import torch
import torch.nn.functional as F
from torch import nn

from kinema.flow.nets.layers import conv, correlation, length, warp
from kinema.flow.nets.network import FlowNetwork, initialise

FLOW_SCALE = 20  # pixels per unit of network output


def _deconv(cin, cout):
    """Twice the rows and columns, then LeakyReLU of slope 0.1."""
    return nn.Sequential(nn.ConvTranspose2d(cin, cout, 4, stride=2, padding=1), nn.LeakyReLU(0.1))


class Refinement(nn.Module):
    """From the coarsest features to finer flow: predict, upsample, join the encoder's features, repeat.

    Parameters
    ----------
    bottom : int
        Channels of the coarsest features.
    skips, widths : sequence of int
        Channels of the encoder's features and of the upsampled ones, coarse to fine.
    smooth : bool
        Whether a convolution without activation goes before each finer prediction (FlowNet-SD and fusion).
    flow_bias : bool
        Whether the transposed convolutions that upsample flow have a bias: not in the released FlowNetS.
    """

    def __init__(self, bottom, skips, widths, *, smooth=False, flow_bias=True):
        super().__init__()
        joined = [skip + width + 2 for skip, width in zip(skips, widths, strict=True)]
        self.deconv = nn.ModuleList(_deconv(c, w) for c, w in zip([bottom, *joined[:-1]], widths, strict=True))
        self.upflow = nn.ModuleList(nn.ConvTranspose2d(2, 2, 4, stride=2, padding=1, bias=flow_bias) for _ in skips)
        self.smooth = nn.ModuleList(
            nn.Conv2d(c, w, 3, padding=1) if smooth else nn.Identity() for c, w in zip(joined, widths, strict=True)
        )
        heads = [bottom, *(widths if smooth else joined)]
        self.predict = nn.ModuleList(nn.Conv2d(c, 2, 3, padding=1) for c in heads)

    def forward(self, x, skips):
        """Flows, coarse to fine, from the coarsest features `x` and the encoder's, coarse to fine."""
        flows = [self.predict[0](x)]
        for skip, deconv, upflow, smooth, predict in zip(
            skips, self.deconv, self.upflow, self.smooth, self.predict[1:], strict=True
        ):
            x = torch.cat([skip, deconv(x), upflow(flows[-1])], dim=1)  # (B, joined, 2h, 2w)
            flows.append(predict(smooth(x)))
        return flows


class Contraction(nn.Sequential):
    """conv4 to conv6_1: from 1/8 of the resolution to 1/64. Returns the features at 1/64, 1/32 and 1/16."""

    def __init__(self):
        widths = [(256, 512), (512, 512), (512, 1024)]
        super().__init__(*(nn.Sequential(conv(cin, cout, stride=2), conv(cout, cout)) for cin, cout in widths))

    def forward(self, x):
        features = []
        for stage in self:
            x = stage(x)
            features.insert(0, x)
        return features


class FlowNetBase(FlowNetwork):
    """Shared by S, C and SD: centre the frames' colours, estimate flow / 20, return pixels."""

    def predictions(self, I0, I1):
        self.check_size(I0, I1)
        return [FLOW_SCALE * flow for flow in self.estimate(*centre(I0, I1))]


def centre(I0, I1):
    """Both frames less the mean colour of the pair."""
    mean = (I0.mean(dim=(2, 3), keepdim=True) + I1.mean(dim=(2, 3), keepdim=True)) / 2
    return I0 - mean, I1 - mean


class FlowNetS(FlowNetBase):
    """FlowNetSimple: the frames, stacked into 6 channels, go through one encoder.

    Parameters
    ----------
    channels : int
        6 for two frames; 12 inside FlowNet2, where the warped second frame, the flow so far and the remaining
        brightness difference join them.
    """

    def __init__(self, channels=6):
        super().__init__()
        self.conv1 = conv(channels, 64, 7, stride=2)
        self.conv2 = conv(64, 128, 5, stride=2)
        self.conv3 = nn.Sequential(conv(128, 256, 5, stride=2), conv(256, 256))
        self.contraction = Contraction()
        self.refinement = Refinement(1024, [512, 512, 256, 128], [512, 256, 128, 64], flow_bias=False)
        initialise(self, nn.init.xavier_uniform_)

    def estimate(self, *inputs):
        x2 = self.conv2(self.conv1(torch.cat(inputs, dim=1)))  # (B, 128, H/4, W/4)
        x3 = self.conv3(x2)                                    # (B, 256, H/8, W/8)
        x6, x5, x4 = self.contraction(x3)
        return self.refinement(x6, [x5, x4, x3, x2])


class FlowNetC(FlowNetBase):
    """FlowNetCorr: one encoder for both frames; a correlation layer compares their features at 1/8.

    It looks 20 pixels of that map in each direction in steps of 2, which is 160 pixels of the frame.
    """

    def __init__(self):
        super().__init__()
        self.conv1 = conv(3, 64, 7, stride=2)
        self.conv2 = conv(64, 128, 5, stride=2)
        self.conv3 = conv(128, 256, 5, stride=2)
        self.redirect = conv(256, 32, 1)
        self.conv3_1 = conv(32 + 21**2, 256)
        self.contraction = Contraction()
        self.refinement = Refinement(1024, [512, 512, 256, 128], [512, 256, 128, 64])
        initialise(self, nn.init.xavier_uniform_)

    def estimate(self, I0, I1):
        x2 = self.conv2(self.conv1(I0))
        f0, f1 = self.conv3(x2), self.conv3(self.conv2(self.conv1(I1)))       # (B, 256, H/8, W/8)
        volume = F.leaky_relu(correlation(f0, f1, 20, stride=2), 0.1)         # (B, 441, H/8, W/8)
        x3 = self.conv3_1(torch.cat([self.redirect(f0), volume], dim=1))
        x6, x5, x4 = self.contraction(x3)
        return self.refinement(x6, [x5, x4, x3, x2])


class FlowNetSD(FlowNetBase):
    """FlowNetS for small displacements: 3 x 3 kernels from the first layer, the first of them without stride."""

    def __init__(self):
        super().__init__()
        self.conv0 = conv(6, 64)
        self.conv1 = nn.Sequential(conv(64, 64, stride=2), conv(64, 128))
        self.conv2 = nn.Sequential(conv(128, 128, stride=2), conv(128, 128))
        self.conv3 = nn.Sequential(conv(128, 256, stride=2), conv(256, 256))
        self.contraction = Contraction()
        self.refinement = Refinement(1024, [512, 512, 256, 128], [512, 256, 128, 64], smooth=True)
        initialise(self, nn.init.xavier_uniform_)

    def estimate(self, I0, I1):
        x2 = self.conv2(self.conv1(self.conv0(torch.cat([I0, I1], dim=1))))
        x3 = self.conv3(x2)
        x6, x5, x4 = self.contraction(x3)
        return self.refinement(x6, [x5, x4, x3, x2])


class FlowNetFusion(nn.Module):
    """Weighs two flows at full resolution by how long they are and how well they explain the frames.

    Input (B, 11, H, W): the first frame (3), the flow for small and the flow for large displacements (2 + 2),
    their lengths (1 + 1), and the brightness difference that each leaves (1 + 1). Flows and lengths are pixels.
    """

    def __init__(self):
        super().__init__()
        self.conv0 = conv(11, 64)
        self.conv1 = nn.Sequential(conv(64, 64, stride=2), conv(64, 128))
        self.conv2 = nn.Sequential(conv(128, 128, stride=2), conv(128, 128))
        self.refinement = Refinement(128, [128, 64], [32, 16], smooth=True)
        initialise(self, nn.init.xavier_uniform_)

    def forward(self, x):
        x0 = self.conv0(x)
        x1 = self.conv1(x0)
        return self.refinement(self.conv2(x1), [x1, x0])


class FlowNetStack(FlowNetwork):
    """Networks in a row, each given the frames and what the one before left to explain: FlowNet2-CS and -CSS.

    Parameters
    ----------
    first : FlowNetBase
        Sees the two frames.
    rest : sequence of FlowNetS
        Each sees 12 channels: both frames, the second frame warped, the flow / 20, the brightness difference.
    """

    def __init__(self, first, rest):
        super().__init__()
        self.first = first
        self.rest = nn.ModuleList(rest)

    def estimate(self, I0, I1):
        """Flows / 20 of the last network, coarse to fine, on centred frames."""
        flows = self.first.estimate(I0, I1)
        for net in self.rest:
            flow = F.interpolate(flows[-1], scale_factor=4, mode="bilinear", align_corners=False)
            warped, _ = warp(I1, FLOW_SCALE * flow, outside="border")
            flows = net.estimate(I0, I1, warped, flow, length(I0 - warped))
        return flows

    def predictions(self, I0, I1):
        self.check_size(I0, I1)
        return [FLOW_SCALE * flow for flow in self.estimate(*centre(I0, I1))]


class FlowNet2(FlowNetwork):
    """FlowNet2: the stack C-S-S for large displacements beside SD for small ones, fused at full resolution.

    Of the released weights the SD branch alone predicts flow times 20, not divided by it.
    """

    def __init__(self):
        super().__init__()
        self.stack = flownet2_css()
        self.small = FlowNetSD()
        self.fusion = FlowNetFusion()

    def predictions(self, I0, I1):
        """Flows of the fusion network at 1/4, 1/2 and full resolution, pixels."""
        self.check_size(I0, I1)
        I0, I1 = centre(I0, I1)
        large = F.interpolate(FLOW_SCALE * self.stack.estimate(I0, I1)[-1], scale_factor=4, mode="nearest")
        small = F.interpolate(self.small.estimate(I0, I1)[-1] / FLOW_SCALE, scale_factor=4, mode="nearest")
        left = [length(I0 - warp(I1, flow, outside="border")[0]) for flow in (small, large)]
        return self.fusion(torch.cat([I0, small, large, length(small), length(large), *left], dim=1))


def flownet_s():
    """FlowNetS with random weights."""
    return FlowNetS()


def flownet_c():
    """FlowNetC with random weights."""
    return FlowNetC()


def flownet_sd():
    """FlowNet-SD with random weights."""
    return FlowNetSD()


def flownet2_cs():
    """FlowNetC followed by one FlowNetS on warped frames."""
    return FlowNetStack(FlowNetC(), [FlowNetS(channels=12)])


def flownet2_css():
    """FlowNetC followed by two FlowNetS on warped frames."""
    return FlowNetStack(FlowNetC(), [FlowNetS(channels=12), FlowNetS(channels=12)])


def flownet2():
    """FlowNet2 with random weights."""
    return FlowNet2()


def flownet_fusion():
    """The fusion network of FlowNet2 alone, on 11 channels."""
    return FlowNetFusion()
