"""Filters for pictures become filters for clips, and filters for colour become filters for flow.

Inflation: Carreira & Zisserman (2017), section 2.1; Feichtenhofer, Pinz & Wildes (2016), section 3. Between
modalities: Wang et al. (2016), section 3.2.
"""

import torch
from torch import nn

from kinema.checks import check_count


def inflate(weight, depth, *, mode="repeat"):
    """A filter over `depth` frames that answers to a still clip as the 2D filter answers to one frame.

    Parameters
    ----------
    weight : tensor, shape (O, I, kh, kw)
    depth : int
        Frames of the new kernel; odd for "centre".
    mode : {"repeat", "centre"}
        Copies divided by `depth`, or the filter in the middle and zeros around it.

    Returns
    -------
    tensor, shape (O, I, depth, kh, kw)

    Raises
    ------
    ValueError
        If the weight has not four axes, depth is no positive number, or there is no middle.
    """
    if weight.ndim != 4:
        raise ValueError(f"a 2D filter is (O, I, kh, kw), got shape {tuple(weight.shape)}")
    if depth < 1 or (mode == "centre" and depth % 2 == 0):
        raise ValueError(f"depth must be positive, and odd where the middle is meant; got {depth} for mode {mode!r}")
    if mode == "repeat":
        return weight[:, :, None].repeat(1, 1, depth, 1, 1) / depth
    if mode != "centre":
        raise ValueError(f"mode must be 'repeat' or 'centre', got {mode!r}")
    inflated = torch.zeros(*weight.shape[:2], depth, *weight.shape[2:], dtype=weight.dtype, device=weight.device)
    inflated[:, :, depth // 2] = weight
    return inflated


def inflate_conv(conv, depth, *, mode="repeat", stride=1):
    """3D convolution made of a 2D one; time is padded by repeating the end frames' border (replicate).

    Parameters
    ----------
    conv : torch.nn.Conv2d
    depth : int
    mode : {"repeat", "centre"}
    stride : int
        In time.

    Returns
    -------
    torch.nn.Sequential
        On a clip whose frames are all alike, every output frame is what `conv` makes of that frame.
    """
    inflated = nn.Conv3d(
        conv.in_channels, conv.out_channels, (depth, *conv.kernel_size), stride=(stride, *conv.stride),
        padding=(0, *conv.padding), dilation=(1, *conv.dilation), groups=conv.groups, bias=conv.bias is not None,
    )  # fmt: skip
    with torch.no_grad():
        inflated.weight.copy_(inflate(conv.weight, depth, mode=mode))
        if conv.bias is not None:
            inflated.bias.copy_(conv.bias)
    before, after = (depth - 1) // 2, depth // 2
    return nn.Sequential(nn.ReplicationPad3d((0, 0, 0, 0, before, after)), inflated)


def rgb_to_flow(weight, channels, *, rescale=False):
    """First-layer filters for flow from those for colour: the mean over R, G and B, once per flow channel.

    Parameters
    ----------
    weight : tensor, shape (O, 3, kh, kw)
    channels : int
        Channels of the flow stack: two per frame.
    rescale : bool
        False, as published: a constant picture then answers channels / 3 times as strongly as in colour. True divides
        by that.

    Returns
    -------
    tensor, shape (O, channels, kh, kw)

    Raises
    ------
    ValueError
        If `weight` is not (O, 3, kh, kw), or `channels` is no positive integer.

    References
    ----------
    Wang et al. (2016), "cross modality pre-training".
    """
    check_count(channels, "channels")
    if weight.ndim != 4 or weight.shape[1] != 3:
        raise ValueError(f"colour filters are (O, 3, kh, kw), got shape {tuple(weight.shape)}")
    copies = weight.mean(dim=1, keepdim=True).repeat(1, channels, 1, 1)
    return copies * (3 / channels) if rescale else copies
