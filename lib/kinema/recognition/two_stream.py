"""Two streams: one network sees a frame, the other sees only motion, and their scores are averaged.

Simonyan & Zisserman (2014): the motion stream takes the flow of ten frames, stacked as channels.
"""

import torch
from torch import nn

from kinema.arrays import namespace
from kinema.checks import check_choice
from kinema.recognition.averaging import log_mean_probability
from kinema.recognition.image.cnn_m import CNNM
from kinema.recognition.image.vgg import VGG
from kinema.recognition.inception3d import i3d, s3d_g
from kinema.recognition.resnet3d import r2plus1d_34


def stack_flow(flows, *, bound=20.0, centre=True):
    """Flow of consecutive frames as the channels of one picture: u1, v1, u2, v2, ...

    Parameters
    ----------
    flows : array, shape (L, 2, H, W)
        Pixels/frame.
    bound : float
        Longer components are cut to it, then all are divided by it: values in [-1, 1].
    centre : bool
        Whether each channel's mean is taken off, a crude way to take off the camera's motion.

    Returns
    -------
    array, shape (2 L, H, W)
        Same namespace and dtype; within [-1, 1] unless `centre` shifted it.

    Raises
    ------
    ValueError
        If `flows` is not (L, 2, H, W), or `bound` is not positive.

    References
    ----------
    Simonyan & Zisserman (2014), section 3.1, "optical flow stacking" and "mean flow subtraction".
    """
    xp = namespace(flows)
    if flows.ndim != 4 or flows.shape[1] != 2:
        raise ValueError(f"flows must be (L, 2, H, W), got shape {tuple(flows.shape)}")
    if not bound > 0:
        raise ValueError(f"bound must be positive, got {bound}")
    L, _, H, W = flows.shape
    stack = xp.reshape(xp.clip(flows, -bound, bound) / bound, (2 * L, H, W))
    return stack - xp.mean(stack, axis=(-2, -1), keepdims=True) if centre else stack


def late_fusion(logits_a, logits_b, weight=0.5):
    """Average of two streams' probabilities.

    Parameters
    ----------
    logits_a, logits_b : array, shape (..., classes)
        Scores before the softmax.
    weight : float
        Of the second stream, between 0 and 1.

    Returns
    -------
    array, shape (..., classes)
        Probabilities: non-negative, summing to 1.

    Raises
    ------
    ValueError
        If the shapes differ, or `weight` is not in [0, 1].

    References
    ----------
    Simonyan & Zisserman (2014), section 2: "softmax scores are combined by late fusion".
    """
    xp = namespace(logits_a, logits_b)
    if tuple(logits_a.shape) != tuple(logits_b.shape):
        raise ValueError(f"the streams disagree in shape: {tuple(logits_a.shape)} and {tuple(logits_b.shape)}")
    if not 0 <= weight <= 1:
        raise ValueError(f"weight must lie in [0, 1], got {weight}")
    return (1 - weight) * softmax(logits_a, xp=xp) + weight * softmax(logits_b, xp=xp)


def softmax(logits, *, xp=None):
    """Probabilities along the last axis, safe for large scores."""
    xp = xp or namespace(logits)
    e = xp.exp(logits - xp.max(logits, axis=-1, keepdims=True))
    return e / xp.sum(e, axis=-1, keepdims=True)


class TwoStream(nn.Module):
    """A stream for appearance and a stream for motion, each a network of its own.

    Parameters
    ----------
    spatial, temporal : nn.Module
        Map a frame (B, 3, H, W) and a stack of flow (B, 2 L, H, W), or clips of both, to logits of the same classes.
    weight : float
        Of the temporal stream in the average.
    average : {"probabilities", "logits"}
        What is averaged; I3D's authors average logits.

    Raises
    ------
    ValueError
        If the weight is not in [0, 1].
    """

    def __init__(self, spatial, temporal, *, weight=0.5, average="probabilities"):
        super().__init__()
        if not 0 <= weight <= 1:
            raise ValueError(f"weight must lie in [0, 1], got {weight}")
        self.spatial, self.temporal, self.weight = spatial, temporal, weight
        self.average = check_choice(average, ("probabilities", "logits"), "average")

    def forward(self, frame, stack):
        """Scores (B, classes) whose softmax is the joint verdict: `late_fusion`, or that of the mean logits."""
        a, b = self.spatial(frame), self.temporal(stack)
        if self.average == "logits":
            return (1 - self.weight) * a + self.weight * b
        return log_mean_probability(a, b, self.weight)


def two_stream(classes=101, *, frames=10, **options):
    """The published pair: CNN-M-2048 twice, the temporal one without its second normalisation, dropout 0.9."""
    temporal = CNNM(classes, **{"dropout": 0.9, **options, "channels": 2 * frames, "second_norm": False})
    return TwoStream(CNNM(classes, **options), temporal)


def two_stream_vgg16(classes=101, *, frames=10, **options):
    """The pair of later work: VGG-16 twice."""
    return TwoStream(VGG(classes, **options), VGG(classes, **{**options, "channels": 2 * frames}))


def i3d_two_stream(classes=400, **options):
    """I3D on colour and I3D on flow, which were trained apart; their logits are averaged."""
    return TwoStream(i3d(classes, **options), i3d(classes, channels=2, **options), average="logits")


def s3d_g_two_stream(classes=400, **options):
    """S3D-G on colour and on flow."""
    return TwoStream(s3d_g(classes, **options), s3d_g(classes, channels=2, **options))


def r2plus1d_34_two_stream(classes=400, **options):
    """R(2+1)D-34 on colour and on flow."""
    return TwoStream(r2plus1d_34(classes, **options), r2plus1d_34(classes, channels=2, **options))
