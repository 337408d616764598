"""What a network is told of the noise step: sines of it, and two linear layers."""

from torch import nn

from kinema.diffusion.time_codes import sinusoidal


class StepEmbedding(nn.Module):
    """A vector for each noise step.

    Parameters
    ----------
    width : int
        Number of sines and cosines.
    channels : int
        Of the vector.
    hidden : int or None
        Between the layers; None as many as `channels`.
    activation : callable
        Makes the layer between.

    References
    ----------
    Ho, Jain & Abbeel (2020), appendix B.
    """

    def __init__(self, width, channels, *, hidden=None, activation=nn.SiLU):
        super().__init__()
        self.width = width
        hidden = hidden or channels
        self.layers = nn.Sequential(nn.Linear(width, hidden), activation(), nn.Linear(hidden, channels))

    def forward(self, t):
        """(B,), whole numbers or not, to (B, channels)."""
        return self.layers(sinusoidal(t.to(self.layers[0].weight.dtype), self.width))
