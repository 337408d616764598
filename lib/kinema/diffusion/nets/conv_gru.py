"""A memory with one state for every place of a map."""

import torch
from torch import nn

from kinema.diffusion.nets.convolutions import conv2d


class ConvGRU(nn.Module):
    """Gated recurrent unit whose products are 3 x 3 convolutions.

    Parameters
    ----------
    channels : int
        Of the input and of the state.

    References
    ----------
    Ballas, Yao, Pal & Courville (2016), eq. (8) to (11).
    """

    def __init__(self, channels):
        super().__init__()
        self.gates = conv2d(2 * channels, 2 * channels)
        self.candidate = conv2d(2 * channels, channels)

    def forward(self, x, state=None):
        """The new state, which is also the output, (B, C, H, W); no state is one of zeros."""
        state = torch.zeros_like(x) if state is None else state
        reset, update = torch.sigmoid(self.gates(torch.cat([x, state], dim=1))).chunk(2, dim=1)
        news = torch.tanh(self.candidate(torch.cat([x, reset * state], dim=1)))
        return (1 - update) * state + update * news
