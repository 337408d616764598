"""Convolutions that a `UNet` can be made of: on frames, on clips, and on clips in two steps.

Each is ``make(cin, cout, kernel, stride, zero=...)``: an odd kernel keeps the size but for the stride, which never
touches the frames; `zero` starts with weights of zero, so that what is added begins as nothing.
"""

from torch import nn


def zeroed(layer):
    """`layer`, its weights and bias set to zero."""
    for parameter in layer.parameters():
        nn.init.zeros_(parameter)
    return layer


def conv2d(cin, cout, kernel=3, stride=1, *, zero=False):
    """Of single frames, (N, C, H, W)."""
    layer = nn.Conv2d(cin, cout, kernel, stride=stride, padding=kernel // 2)
    return zeroed(layer) if zero else layer


def conv3d(cin, cout, kernel=3, stride=1, *, zero=False):
    """Of clips, (B, C, F, H, W), the kernel as deep as it is wide."""
    layer = nn.Conv3d(cin, cout, kernel, stride=(1, stride, stride), padding=kernel // 2)
    return zeroed(layer) if zero else layer


class PseudoConv3d(nn.Module):
    """A convolution of each frame, then one of each pixel over frames, which starts as the identity.

    So weights of a network for pictures can be put into the first, and a film is at first a row of pictures. A clip of
    one frame is a picture, for which the second is left out. A 1 x 1 kernel has no second.

    Parameters
    ----------
    cin, cout, kernel, stride, zero
        As all of this module; `zero` is about the first convolution.

    References
    ----------
    Singer et al. (2022), section 3.2.1.
    """

    def __init__(self, cin, cout, kernel=3, stride=1, *, zero=False):
        super().__init__()
        space = nn.Conv3d(cin, cout, (1, kernel, kernel), stride=(1, stride, stride), padding=(0, kernel // 2, kernel // 2))
        self.space = zeroed(space) if zero else space
        self.time = nn.Conv3d(cout, cout, (3, 1, 1), padding=(1, 0, 0)) if kernel > 1 else None
        if self.time is not None:
            nn.init.dirac_(self.time.weight)
            nn.init.zeros_(self.time.bias)

    def forward(self, clip):
        y = self.space(clip)
        return y if self.time is None or clip.shape[2] == 1 else self.time(y)
