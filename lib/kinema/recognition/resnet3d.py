"""Residual networks whose 3 x 3 x 3 convolutions are whole (R3D), early only (MC3), or split in two (R(2+1)D).

Tran, Wang, Torresani, Ray, LeCun & Paluri (2018), section 3. A split convolution is one in space, 1 x d x d, then
ReLU, then one in time, t x 1 x 1; the number of channels in between is chosen so that the parameters stay the same.
"""

from torch import nn

from kinema.recognition.layers import check_clip, conv_norm


def middle_channels(cin, cout, depth=3, side=3):
    """Channels between the two halves of a split convolution: the most that cost no more parameters than 3D.

    Parameters
    ----------
    cin, cout : int
        Channels in and out.
    depth, side : int
        Kernel: frames, and pixels along each side.

    Returns
    -------
    int
        floor(t d² N_in N_out / (d² N_in + t N_out)).

    References
    ----------
    Tran et al. (2018), section 3.5.
    """
    return depth * side**2 * cin * cout // (side**2 * cin + depth * cout)


def whole(cin, cout, stride=1, *, block=None):
    """One 3 x 3 x 3 convolution, normalised; the caller adds the ReLU."""
    return conv_norm(cin, cout, 3, stride, relu=False)


def flat(cin, cout, stride=1, *, block=None):
    """One 1 x 3 x 3 convolution, normalised: no frame looks at another."""
    return conv_norm(cin, cout, (1, 3, 3), (1, stride, stride), relu=False)


def split(cin, cout, stride=1, *, block=None):
    """1 x 3 x 3 then 3 x 1 x 1; the first strides in space, the second in time.

    `block` is the (cin, cout) whose budget fixes the middle. None, this convolution's own, is what the paper says
    and its authors' code does; torchvision uses the first convolution's for both of a block.
    """
    middle = middle_channels(*(block or (cin, cout)))
    space = conv_norm(cin, middle, (1, 3, 3), (1, stride, stride))
    return nn.Sequential(space, conv_norm(middle, cout, (3, 1, 1), (stride, 1, 1), relu=False))


class BasicBlock(nn.Module):
    """Two convolutions and a shortcut.

    Parameters
    ----------
    convolution : callable
        `whole`, `flat` or `split`.
    cin, cout, stride : int
    shared_middle : bool
        Both split convolutions take the middle that the first one's channels give (torchvision).
    """

    def __init__(self, convolution, cin, cout, stride=1, *, shared_middle=False):
        super().__init__()
        budget = (cin, cout) if shared_middle else None
        self.first = convolution(cin, cout, stride, block=budget)
        self.second = convolution(cout, cout, block=budget)
        self.relu = nn.ReLU()
        self.shortcut = nn.Identity()
        if stride != 1 or cin != cout:
            steps = (1 if convolution is flat else stride, stride, stride)
            self.shortcut = conv_norm(cin, cout, 1, steps, relu=False)

    def forward(self, x):
        y = self.second(self.relu(self.first(x)))
        return self.relu(y + self.shortcut(x))


class ResNet3D(nn.Module):
    """Stem, four stages of basic blocks, average over space and time, one linear layer.

    Parameters
    ----------
    convolutions : four callables
        What each stage convolves with.
    blocks : four ints
        Blocks of each stage: (2, 2, 2, 2) makes 18 layers, (3, 4, 6, 3) makes 34.
    classes : int
    split_stem : bool
        Whether the first layer is 1 x 7 x 7 to 45 channels and then 3 x 1 x 1, or one 3 x 7 x 7.
    channels, width : int
        Channels of the input and of the first stage.
    shared_middle : bool
        As for `BasicBlock`.
    """

    def __init__(
        self, convolutions, blocks=(2, 2, 2, 2), classes=400, *, split_stem=False, channels=3, width=64, shared_middle=False
    ):
        super().__init__()
        self.channels = channels
        if split_stem:
            middle = 45 * width // 64
            space = conv_norm(channels, middle, (1, 7, 7), (1, 2, 2))
            self.stem = nn.Sequential(space, conv_norm(middle, width, (3, 1, 1)))
        else:
            self.stem = conv_norm(channels, width, (3, 7, 7), (1, 2, 2))
        self.stages, cin = nn.ModuleList(), width
        for k, (convolution, count) in enumerate(zip(convolutions, blocks, strict=True)):
            cout, stage = width * 2**k, []
            for b in range(count):
                stride = 2 if k > 0 and b == 0 else 1
                stage.append(BasicBlock(convolution, cin, cout, stride, shared_middle=shared_middle))
                cin = cout
            self.stages.append(nn.Sequential(*stage))
        self.classifier = nn.Linear(cin, classes)

    def maps(self, clip):
        """What the stem and each stage hand on, five maps (B, C, T, H, W)."""
        maps = [self.stem(check_clip(clip, self.channels))]
        for stage in self.stages:
            maps.append(stage(maps[-1]))
        return maps

    def features(self, clip):
        """The last map's mean over space and time, (B, 8 · width)."""
        return self.maps(clip)[-1].mean(dim=(2, 3, 4))

    def forward(self, clip):
        """Logits, (B, classes)."""
        return self.classifier(self.features(clip))


def r3d_18(classes=400, **options):
    """18 layers, every convolution 3 x 3 x 3."""
    return ResNet3D([whole] * 4, (2, 2, 2, 2), classes, **options)


def r3d_34(classes=400, **options):
    """34 layers, every convolution 3 x 3 x 3."""
    return ResNet3D([whole] * 4, (3, 4, 6, 3), classes, **options)


def mc3_18(classes=400, **options):
    """18 layers, 3D in the first stage and 2D after it: is motion modelled early enough? ("mixed convolutions")"""
    return ResNet3D([whole, flat, flat, flat], (2, 2, 2, 2), classes, **options)


def r2plus1d_18(classes=400, **options):
    """R(2+1)D of 18 layers as the paper defines it."""
    return ResNet3D([split] * 4, (2, 2, 2, 2), classes, split_stem=True, **options)


def r2plus1d_18_torchvision(classes=400, **options):
    """R(2+1)D of 18 layers as torchvision builds it, with one number of middle channels per block."""
    return ResNet3D([split] * 4, (2, 2, 2, 2), classes, split_stem=True, shared_middle=True, **options)


def r2plus1d_34(classes=400, **options):
    """R(2+1)D of 34 layers: the row of the lecture's table."""
    return ResNet3D([split] * 4, (3, 4, 6, 3), classes, split_stem=True, **options)
