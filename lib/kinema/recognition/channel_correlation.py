"""STC: what a channel says is weighed by what all channels say, over space and over time.

Diba et al. (2018), "Spatio-temporal channel correlation networks". Two gates like squeeze-and-excitation's: one reads
means over the whole clip, the other means over each frame and so keeps time; the map is multiplied by the mean of the two gates.
"""

from torch import nn

from kinema.recognition.resnet3d import ResNet3D, whole


class ChannelCorrelation(nn.Module):
    """The STC block, to stand after a residual block.

    Parameters
    ----------
    channels : int
    reduction : int
        How many times narrower the hidden layers are.
    """

    def __init__(self, channels, reduction=4):
        super().__init__()
        hidden = max(1, channels // reduction)

        def branch():
            return nn.Sequential(nn.Linear(channels, hidden), nn.ReLU(), nn.Linear(hidden, channels), nn.Sigmoid())

        self.spatial, self.temporal = branch(), branch()

    def forward(self, x):
        """(B, C, T, H, W), the same shape."""
        overall = self.spatial(x.mean(dim=(2, 3, 4)))[:, :, None]                    # (B, C, 1)
        by_frame = self.temporal(x.mean(dim=(3, 4)).transpose(1, 2)).transpose(1, 2)  # (B, C, T)
        return x * ((overall + by_frame) / 2)[..., None, None]


def with_channel_correlation(net, reduction=4):
    """A `ResNet3D` whose every block is followed by a `ChannelCorrelation`; changed in place."""
    for k, stage in enumerate(net.stages):
        layers = []
        for block in stage:
            layers += [block, ChannelCorrelation(block.first[0].out_channels, reduction)]
        net.stages[k] = nn.Sequential(*layers)
    return net


def stc_resnet18(classes=400, **options):
    """3D ResNet-18 with STC."""
    return with_channel_correlation(ResNet3D([whole] * 4, (2, 2, 2, 2), classes, **options))
