"""SlowFast networks: a pathway of few frames for what there is, and a thin one of many frames for how it moves.

Feichtenhofer, Fan, Malik & He (2019), sections 3 and 4; facebookresearch/SlowFast,
slowfast/models/video_model_builder.py, where the paper leaves something open. No layer pools or strides in time but
the lateral connections.
"""

from math import ceil

import torch
import torch.nn.functional as F
from torch import nn

from kinema.checks import check_choice, check_count
from kinema.recognition.bottleneck3d import R50, R101, Bottleneck3D
from kinema.recognition.layers import check_clip, conv_norm
from kinema.recognition.non_local import NonLocal

LATERALS = ("conv", "sample", "channels", "none")


def pathway_frames(start, count, stride, alpha):
    """Which frames of a film the two pathways read.

    Parameters
    ----------
    start : int
        First frame of the clip.
    count, stride : int
        T and tau: frames of the Slow pathway, and from one of them to the next.
    alpha : int
        How many times more frames the Fast pathway reads; divides `stride`.

    Returns
    -------
    slow, fast : list of int
        T and alpha T frames; the slow ones are every alpha-th of the fast ones.

    Raises
    ------
    ValueError
        If alpha does not divide the stride, or a number is not positive.

    References
    ----------
    Feichtenhofer et al. (2019), section 3.1 and 3.2.
    """
    for value, name in ((count, "count"), (stride, "stride"), (alpha, "alpha")):
        check_count(value, name)
    if stride % alpha:
        raise ValueError(f"the Fast pathway's stride, {stride} / {alpha}, is no whole number: choose alpha to divide tau")
    fast = [start + stride // alpha * k for k in range(alpha * count)]
    return fast[::alpha], fast


def thin(channels, beta):
    """`channels` times beta, rounded up to an even number where it does not come out (beta = 1/6, 1/12).

    How the authors rounded is not known; this rule comes nearest to the costs that they print.
    """
    return 2 * ceil(channels * beta / 2 - 1e-9)


class Lateral(nn.Module):
    """What the Fast pathway tells the Slow one: (B, C, alpha T, H, W) to (B, `channels`, T, H, W).

    Parameters
    ----------
    cin, alpha : int
        Channels of the Fast pathway, and its frames for each slow one.
    kind : {"conv", "sample", "channels", "none"}
        A convolution in time with stride alpha; every alpha-th frame; all alpha frames as channels of one; nothing.
    kernel : int
        Frames that the convolution reads.
    ratio : int
        Its channels out for each one in.

    Attributes
    ----------
    channels : int
        Channels out.

    References
    ----------
    Feichtenhofer et al. (2019), section 3.4, "Lateral connections".
    """

    def __init__(self, cin, alpha, *, kind="conv", kernel=5, ratio=2):
        super().__init__()
        self.kind, self.alpha = check_choice(kind, LATERALS, "kind"), alpha
        self.channels = {"conv": ratio * cin, "sample": cin, "channels": alpha * cin, "none": 0}[kind]
        self.step = conv_norm(cin, self.channels, (kernel, 1, 1), (alpha, 1, 1)) if kind == "conv" else None

    def forward(self, x):
        if self.kind == "conv":
            return self.step(x)
        if self.kind == "channels":
            return x.unflatten(2, (-1, self.alpha)).transpose(2, 3).flatten(1, 2)
        x = x[:, :, :: self.alpha]
        return x if self.kind == "sample" else x[:, :0]


class Pathway(nn.Module):
    """A residual network that keeps every frame to the end, and may be told something before each stage.

    Parameters
    ----------
    blocks : four ints
    depths : callable
        depths(stage, block) is how many frames that block's first convolution reads.
    channels : int
        Of the input.
    beta : float
        Channels of every layer, relative to a ResNet's.
    width : int
        Channels of a ResNet's first layer.
    stem_depth : int
        Frames that the first layer reads.
    told : four ints
        Channels that are joined to the maps before each stage.
    non_local : collection of (stage, block)
        After which blocks a non-local block stands, both counted from 0.
    attention_pool : (int, int, int)
        As `NonLocal`'s pool.
    last_dilation : int
        2 keeps the last stage at the size of the one before, its 3 x 3 convolutions looking twice as far.

    Attributes
    ----------
    channels_out : list of int
        After the stem and after each stage.
    """

    def __init__(
        self, blocks, depths, *, channels=3, beta=1, width=64, stem_depth=1, told=(0, 0, 0, 0), non_local=(),
        attention_pool=(2, 2, 2), last_dilation=1,
    ):  # fmt: skip
        super().__init__()
        self.channels = channels
        cin = thin(width, beta)
        self.stem = nn.Sequential(
            conv_norm(channels, cin, (stem_depth, 7, 7), (1, 2, 2)),
            nn.MaxPool3d((1, 3, 3), stride=(1, 2, 2), padding=(0, 1, 1)),
        )
        self.channels_out, self.stages = [cin], nn.ModuleList()
        for s, count in enumerate(blocks):
            inner, cout = thin(width * 2**s, beta), thin(4 * width * 2**s, beta)
            dilation = last_dilation if s == 3 else 1
            cin, stage = cin + told[s], []
            for b in range(count):
                stride = 2 if s > 0 and b == 0 and dilation == 1 else 1
                stage.append(Bottleneck3D(cin, inner, stride, cout=cout, depth=depths(s, b), dilation=dilation))
                cin = cout
                if (s, b) in non_local:
                    stage.append(NonLocal(cin, pool=attention_pool))
            self.stages.append(nn.Sequential(*stage))
            self.channels_out.append(cin)

    def forward(self, clip):
        """The last map, (B, C, T, H / 32, W / 32)."""
        x = self.stem(check_clip(clip, self.channels))
        for stage in self.stages:
            x = stage(x)
        return x


class Head(nn.Module):
    """Average over space and time of one or more maps, side by side; dropout; one linear layer.

    Maps larger than `window` are read in windows of that size, and the scores of all are averaged: so the nets are run
    on crops larger than those they were trained on, and so their costs at 256 pixels are counted.

    Parameters
    ----------
    cin, classes : int
    window : int
    """

    def __init__(self, cin, classes, *, window=7):
        super().__init__()
        self.window = window
        self.dropout = nn.Dropout(0.5)
        self.classifier = nn.Linear(cin, classes)

    def forward(self, *maps):
        """Logits, (B, classes)."""
        if len({x.shape[3:] for x in maps}) > 1:                        # one pathway sees smaller frames
            maps = [x.mean(dim=(3, 4), keepdim=True) for x in maps]
        sides = [min(self.window, n) for n in maps[0].shape[3:]]
        means = [F.avg_pool3d(x, (x.shape[2], *sides), stride=1) for x in maps]
        places = torch.cat(means, dim=1).flatten(2).transpose(1, 2)     # (B, places, C)
        return self.classifier(self.dropout(places)).mean(dim=1)


class SinglePathway(nn.Module):
    """One pathway alone, and a classifier.

    Parameters
    ----------
    pathway : Pathway
    classes : int
    """

    def __init__(self, pathway, classes=400):
        super().__init__()
        self.pathway = pathway
        self.head = Head(pathway.channels_out[-1], classes)

    def forward(self, clip):
        """Logits, (B, classes)."""
        return self.head(self.pathway(clip))


class SlowFast(nn.Module):
    """Two pathways that read one clip at two rates; before each stage the Fast one tells the Slow one.

    Parameters
    ----------
    blocks : four ints
    classes : int
    alpha : int
        Frames of the Fast pathway for each of the Slow one.
    beta : float
        Channels of the Fast pathway for each of the Slow one.
    lateral : {"conv", "sample", "channels", "none"}
        As `Lateral`'s kind.
    lateral_kernel, lateral_ratio : int
        As `Lateral`'s kernel and ratio.
    deep_from : int
        In res4, blocks from this one on read single frames in both pathways (6 is all of ResNet-50).
    non_local : collection of (stage, block)
        Of the Slow pathway.
    attention_pool : (int, int, int)
    channels, fast_channels : int
        Of the clip, and of the Fast pathway's own input.
    width : int
        Channels of the Slow pathway's first layer.
    last_dilation : int
        As `Pathway`'s.

    Raises
    ------
    ValueError
        If `lateral` is none of these.
    """

    def __init__(
        self, blocks=R50, classes=400, *, alpha=8, beta=1 / 8, lateral="conv", lateral_kernel=5, lateral_ratio=2,
        deep_from=6, non_local=(), attention_pool=(2, 2, 2), channels=3, fast_channels=3, width=64, last_dilation=1,
    ):  # fmt: skip
        super().__init__()
        self.alpha = alpha
        deep = {"width": width, "last_dilation": last_dilation}
        self.fast = Pathway(blocks, fast_depths(deep_from), channels=fast_channels, beta=beta, stem_depth=5, **deep)
        kinds = {"kind": lateral, "kernel": lateral_kernel, "ratio": lateral_ratio}
        self.laterals = nn.ModuleList(Lateral(c, alpha, **kinds) for c in self.fast.channels_out[:4])
        self.slow = Pathway(
            blocks, slow_depths(deep_from), channels=channels, told=[lateral.channels for lateral in self.laterals],
            non_local=non_local, attention_pool=attention_pool, **deep,
        )  # fmt: skip
        self.head = Head(self.slow.channels_out[-1] + self.fast.channels_out[-1], classes)

    def inputs(self, clip, fast=None):
        """What the two pathways are given, (B, C, T, H, W) and (B, C', alpha T, H', W')."""
        slow, fast = (clip[:, :, :: self.alpha], clip) if fast is None else (clip, fast)
        check_clip(slow, self.slow.channels)
        check_clip(fast, self.fast.channels)
        if fast.shape[2] != self.alpha * slow.shape[2]:
            raise ValueError(
                f"the Fast pathway reads {self.alpha} frames for each slow one, got {fast.shape[2]} and {slow.shape[2]}: "
                "give a clip of a multiple of alpha frames, or both pathways' own"
            )
        return slow, fast

    def maps(self, clip, fast=None):
        """The last maps of both pathways."""
        slow, fast = self.inputs(clip, fast)
        x, y = self.slow.stem(slow), self.fast.stem(fast)
        for lateral, slow_stage, fast_stage in zip(self.laterals, self.slow.stages, self.fast.stages, strict=True):
            news = lateral(y)
            if news.shape[3:] != x.shape[3:]:                           # from smaller frames
                news = F.interpolate(news, x.shape[2:])
            x, y = slow_stage(torch.cat((x, news), dim=1)), fast_stage(y)
        return x, y

    def forward(self, clip, fast=None):
        """Logits, (B, classes).

        Parameters
        ----------
        clip : tensor, shape (B, C, alpha T, H, W)
            At the Fast pathway's rate. Where `fast` is given, (B, C, T, H, W) at the Slow one's.
        fast : tensor, shape (B, C', alpha T, H', W'), optional
            Another input of the Fast pathway: gray, smaller, a difference, flow. See `kinema.recognition.weak_inputs`.

        Raises
        ------
        ValueError
            If the two do not fit.
        """
        return self.head(*self.maps(clip, fast))


def slow_depths(deep_from=6):
    """Depths of the Slow pathway: no motion before res4, since its frames lie far apart."""
    return lambda stage, block: 3 if stage == 3 or (stage == 2 and block < deep_from) else 1


def fast_depths(deep_from=6):
    """Depths of the Fast pathway: every block reads three frames."""
    return lambda stage, block: 3 if stage != 2 or block < deep_from else 1


NL_R50 = ((1, 1), (1, 3), (2, 1), (2, 3), (2, 5))
NL_R101 = ((2, 6), (2, 13), (2, 20))


def slow_only(classes=400, *, blocks=R50, deep_from=6, **options):
    """The Slow pathway by itself."""
    return SinglePathway(Pathway(blocks, slow_depths(deep_from), **options), classes)


def slow_only_r101(classes=400, **options):
    """The Slow pathway with 101 layers, by itself; motion in six of res4's 23 blocks."""
    return slow_only(classes, blocks=R101, **options)


def fast_only(classes=400, *, blocks=R50, beta=1 / 8, depths=None, **options):
    """The Fast pathway by itself; `depths` other than its own, on demand."""
    return SinglePathway(Pathway(blocks, depths or fast_depths(), beta=beta, stem_depth=5, **options), classes)


def fast_only_as_slow(classes=400):
    """The Fast pathway with the Slow one's depths: no motion before res4 but in the first layer."""
    return fast_only(classes, depths=slow_depths())


def slowfast_r50_4x16(classes=400, **options):
    """4 slow frames, 16 apart, and 32 fast ones: the net of the lecture's table of layers."""
    return SlowFast(R50, classes, **options)


def slowfast_r50_8x8(classes=400, **options):
    """8 slow frames, 8 apart, and 32 fast ones; lateral convolutions read 7 frames."""
    return SlowFast(R50, classes, **{"alpha": 4, "lateral_kernel": 7, **options})


def slowfast_r50_8x8_nl(classes=400, **options):
    """With non-local blocks in res3 and res4; lateral convolutions read 5 frames here (SLOWFAST_NLN_8x8_R50)."""
    return slowfast_r50_8x8(classes, **{"non_local": NL_R50, "lateral_kernel": 5, **options})


def slowfast_r101(classes=400, **options):
    """101 layers, alpha 4: 8x8 or 16x8, as the clip has 32 or 64 frames; motion in six of res4's 23 blocks."""
    return SlowFast(R101, classes, **{"alpha": 4, **options})


def slowfast_r101_nl(classes=400, **options):
    """With three non-local blocks in res4."""
    return slowfast_r101(classes, **{"non_local": NL_R101, **options})
