"""C3D: eight 3 x 3 x 3 convolutions, five pools, two wide linear layers; and the search for that depth in time.

Tran, Bourdev, Fergus, Torresani & Paluri (2015), sections 3.1 to 3.3.
"""

from collections import OrderedDict

import torch
from torch import nn

from kinema.recognition.layers import check_clip, init_for_relu, triple


def pooled(size, kernel, stride, padding=0):
    """Size of one axis after a convolution or a pool that drops what does not fill a window."""
    return (size + 2 * padding - kernel) // stride + 1


def conv_relu(cin, cout, depth=3, *, norm=False):
    """Convolution of `depth` frames by 3 x 3 pixels that keeps the size, and ReLU."""
    conv = nn.Conv3d(cin, cout, (depth, 3, 3), padding=(depth // 2, 1, 1))
    return nn.Sequential(conv, *[nn.BatchNorm3d(cout)] * norm, nn.ReLU())


class PlainNet3D(nn.Module):
    """A VGG-like stack in space and time: stages of convolutions, each closed by a pool, then linear layers.

    Parameters
    ----------
    stages : sequence of sequences of (channels, depth)
        Convolutions of each stage: how many filters, over how many frames.
    hidden : int
        Width of the two linear layers before the classifier.
    classes : int
    channels : int
        Channels of the input.
    clip : (int, int, int)
        Frames, height and width that the linear layers are built for.
    pad_last : bool
        Whether the last pool is padded by one pixel in space (7 x 7 becomes 4 x 4) or not (3 x 3).
    norm : bool
        Batch normalisation after each convolution, which the original did without.
    first_pool : (int, int, int)
        Window of the first pool.

    Raises
    ------
    ValueError
        If the clip is too small for the pools.
    """

    def __init__(
        self, stages, hidden, classes, *, channels=3, clip=(16, 112, 112), pad_last=True, norm=False, first_pool=(1, 2, 2)
    ):
        super().__init__()
        self.channels, self.clip = channels, tuple(clip)
        self.stages, size, cin = nn.ModuleList(), list(clip), channels
        for k, stage in enumerate(stages):
            layers = OrderedDict()
            for (cout, depth), letter in zip(stage, "abcd", strict=False):
                layers[f"conv{k + 1}{letter}"] = conv_relu(cin, cout, depth, norm=norm)
                cin = cout
            # The first pool spares the time axis: "the intention of not to merge the temporal signal too early".
            window = triple(first_pool if k == 0 else 2)
            pad = (0, 1, 1) if pad_last and k == len(stages) - 1 else (0, 0, 0)
            layers[f"pool{k + 1}"] = nn.MaxPool3d(window, padding=pad)
            self.stages.append(nn.Sequential(layers))
            size = [pooled(n, w, w, p) for n, w, p in zip(size, window, pad, strict=True)]
        if min(size) < 1:
            raise ValueError(f"a clip of {'x'.join(map(str, clip))} is too small for {len(stages)} pools")
        self.fc6 = nn.Linear(cin * size[0] * size[1] * size[2], hidden)
        self.fc7 = nn.Linear(hidden, hidden)
        self.classifier = nn.Linear(hidden, classes)
        init_for_relu(self)

    def maps(self, clip):
        """What each stage hands on, a list of (B, C, T, H, W)."""
        if tuple(check_clip(clip, self.channels).shape[2:]) != self.clip:
            raise ValueError(
                f"built for clips of {'x'.join(map(str, self.clip))}, got {'x'.join(map(str, clip.shape[2:]))}: "
                "resize the clip, or build the network with clip=(T, H, W)"
            )
        maps = []
        for stage in self.stages:
            clip = stage(clip)
            maps.append(clip)
        return maps

    def features(self, clip):
        """The first linear layer after its ReLU, (B, hidden): the "C3D features" of a clip."""
        return torch.relu(self.fc6(self.maps(clip)[-1].flatten(1)))

    def forward(self, clip):
        """Logits, (B, classes)."""
        drop = nn.functional.dropout
        y = drop(self.features(clip), 0.5, self.training)
        y = drop(torch.relu(self.fc7(y)), 0.5, self.training)
        return self.classifier(y)


class C3D(PlainNet3D):
    """The network that Sports-1M trained; `width` scales all its convolutions (64 is the published net)."""

    def __init__(self, classes=487, *, width=64, hidden=4096, channels=3, clip=(16, 112, 112), pad_last=True, norm=False):
        w = width
        stages = [
            [(w, 3)],
            [(2 * w, 3)],
            [(4 * w, 3)] * 2,
            [(8 * w, 3)] * 2,
            [(8 * w, 3)] * 2,
        ]
        super().__init__(stages, hidden, classes, channels=channels, clip=clip, pad_last=pad_last, norm=norm)


def c3d(classes=487, **options):
    """C3D as released: the last pool padded, so that fc6 reads 8,192 numbers."""
    return C3D(classes, **options)


def c3d_unpadded(classes=400, **options):
    """C3D as facebookresearch/VMZ rebuilt it: no padding before fc6 (4,608 numbers), batch normalisation."""
    return C3D(classes, pad_last=False, norm=True, **options)


def depth_net(depths=(3, 3, 3, 3, 3), classes=101, *, width=64, hidden=2048, **options):
    """The five-layer net of the architecture search, whose layer k looks at ``depths[k]`` frames.

    Parameters
    ----------
    depths : five odd ints
        (1, 1, 1, 1, 1) is a 2D network applied to every frame; (3, 3, 5, 5, 7) is the paper's "increasing" net.
    classes, width, hidden, **options
        As for `PlainNet3D`.

    Raises
    ------
    ValueError
        If `depths` are not five odd numbers, or the clip is too small for the pools.

    References
    ----------
    Tran et al. (2015), section 3.2.
    """
    if len(depths) != 5 or any(d < 1 or d % 2 == 0 for d in depths):
        raise ValueError(f"depths must be five odd numbers of frames, such as (3, 3, 5, 5, 7); got {tuple(depths)}")
    counts = (width, 2 * width, 4 * width, 4 * width, 4 * width)
    return PlainNet3D([[stage] for stage in zip(counts, depths, strict=True)], hidden, classes, **options)
