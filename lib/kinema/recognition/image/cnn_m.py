"""CNN-M-2048, the picture network of both streams in Simonyan & Zisserman (2014), figure 1."""

import torch
from torch import nn

from kinema.recognition.layers import init_for_relu


class CNNM(nn.Module):
    """Five convolutions, three pools, two wide linear layers.

    Parameters
    ----------
    classes, channels : int
    second_norm : bool
        Local response normalisation after the second convolution too; the temporal stream leaves it out.
    dropout : float
    size : int
        Side of the square frames, pixels.
    width : int
        Filters of the first layer; 96 is the published net, and all other widths go with it.
    """

    def __init__(self, classes=101, *, channels=3, second_norm=True, dropout=0.5, size=224, width=96):
        super().__init__()

        def n(count):
            return count * width // 96

        def norm():
            return nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2.0)

        self.convolutions = nn.Sequential(
            nn.Conv2d(channels, n(96), 7, stride=2), nn.ReLU(), norm(), nn.MaxPool2d(2),
            nn.Conv2d(n(96), n(256), 5, stride=2, padding=1), nn.ReLU(), *[norm()] * second_norm, nn.MaxPool2d(2),
            nn.Conv2d(n(256), n(512), 3, padding=1), nn.ReLU(),
            nn.Conv2d(n(512), n(512), 3, padding=1), nn.ReLU(),
            nn.Conv2d(n(512), n(512), 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        )  # fmt: skip
        side = (((size - 7) // 2 + 1) // 2 - 3) // 2 + 1                       # after the second convolution
        side = side // 2 // 2
        if side < 1:
            raise ValueError(f"frames of {size} pixels are too small for this network: it halves them five times")
        self.fc6 = nn.Linear(n(512) * side**2, n(4096))
        self.fc7 = nn.Linear(n(4096), n(2048))
        self.classifier = nn.Linear(n(2048), classes)
        self.dropout = nn.Dropout(dropout)
        init_for_relu(self)

    def features(self, frame):
        """The second linear layer after its ReLU, (B, 2048)."""
        y = self.dropout(torch.relu(self.fc6(self.convolutions(frame).flatten(1))))
        return torch.relu(self.fc7(y))

    def forward(self, frame):
        """Logits, (B, classes)."""
        return self.classifier(self.dropout(self.features(frame)))


def cnn_m_2048(classes=101, **options):
    """The published network."""
    return CNNM(classes, **options)
