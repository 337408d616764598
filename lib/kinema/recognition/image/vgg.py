"""VGG-16: thirteen 3 x 3 convolutions, five pools, three linear layers. Simonyan & Zisserman (2015), column D."""

import torch
from torch import nn

from kinema.recognition.layers import init_for_relu

STAGES = ((64, 64), (128, 128), (256, 256, 256), (512, 512, 512), (512, 512, 512))


class VGG(nn.Module):
    """VGG-16 for frames with any number of channels.

    Parameters
    ----------
    classes, channels : int
    dropout : float
    size : int
        Side of the square frames, pixels; a multiple of 32.
    width : int
        Filters of the first layer; 64 is the published net, and all other widths go with it.
    """

    def __init__(self, classes=1000, *, channels=3, dropout=0.5, size=224, width=64):
        super().__init__()
        if size % 32:
            raise ValueError(f"frames of {size} pixels cannot be halved five times: take a multiple of 32")
        self.stages, cin = nn.ModuleList(), channels
        for counts in STAGES:
            layers = []
            for count in counts:
                cout = count * width // 64
                layers += [nn.Conv2d(cin, cout, 3, padding=1), nn.ReLU()]
                cin = cout
            self.stages.append(nn.Sequential(*layers))
        self.channels = cin
        hidden = 4096 * width // 64
        self.fc6 = nn.Linear(cin * (size // 32) ** 2, hidden)
        self.fc7 = nn.Linear(hidden, hidden)
        self.classifier = nn.Linear(hidden, classes)
        self.dropout = nn.Dropout(dropout)
        init_for_relu(self)

    def maps(self, frame):
        """The last map of each stage, before its pool: conv1_2, conv2_2, conv3_3, conv4_3, conv5_3."""
        maps = []
        for stage in self.stages:
            maps.append(stage(frame))
            frame = nn.functional.max_pool2d(maps[-1], 2)
        return maps

    def head(self, pooled):
        """Logits (B, classes) of the map after the last pool."""
        y = self.dropout(torch.relu(self.fc6(pooled.flatten(1))))
        return self.classifier(self.dropout(torch.relu(self.fc7(y))))

    def forward(self, frame):
        """Logits, (B, classes)."""
        return self.head(nn.functional.max_pool2d(self.maps(frame)[-1], 2))


def vgg16(classes=1000, **options):
    """The published network."""
    return VGG(classes, **options)
