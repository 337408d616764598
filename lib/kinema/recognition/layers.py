"""Layers that most recognition networks share.

Clips are ``(B, C, T, H, W)``, frames ``(B, C, H, W)``. Kernels and strides are written time first, (t, y, x); one
number means the same on every axis.
"""

from torch import nn


def triple(value):
    """(t, y, x) of one number, or of a triple."""
    return (value,) * 3 if isinstance(value, int) else tuple(value)


def conv_norm(cin, cout, kernel, stride=1, *, groups=1, dilation=1, relu=True, eps=1e-5):
    """3D convolution without bias, batch normalisation, ReLU; odd kernels keep the size but for the stride.

    Parameters
    ----------
    cin, cout : int
        Channels.
    kernel, stride : int or (int, int, int)
    groups : int
        As of `torch.nn.Conv3d`.
    dilation : int or (int, int, int)
        As of `torch.nn.Conv3d`.
    relu : bool
        False leaves the ReLU out, as before a residual sum.
    eps : float
        Of the normalisation.
    """
    kernel, dilation = triple(kernel), triple(dilation)
    padding = tuple(d * (k - 1) // 2 for k, d in zip(kernel, dilation, strict=True))
    options = {"stride": triple(stride), "padding": padding, "dilation": dilation, "groups": groups}
    layers = [
        nn.Conv3d(cin, cout, kernel, bias=False, **options),
        nn.BatchNorm3d(cout, eps=eps),
    ]
    return nn.Sequential(*layers, *[nn.ReLU()] * relu)


def conv_norm_2d(cin, cout, kernel, stride=1, *, relu=True, bias=False):
    """2D convolution, batch normalisation, ReLU, as `conv_norm`."""
    layers = [nn.Conv2d(cin, cout, kernel, stride=stride, padding=(kernel - 1) // 2, bias=bias), nn.BatchNorm2d(cout)]
    return nn.Sequential(*layers, *[nn.ReLU()] * relu)


def init_for_relu(net):
    """Weights of `net` drawn so that a ReLU network without normalisation keeps its scale; biases zero.

    References
    ----------
    He, Zhang, Ren & Sun (2015), eq. (10).
    """
    for module in net.modules():
        if isinstance(module, nn.Conv2d | nn.Conv3d | nn.Linear):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            if module.bias is not None:
                nn.init.zeros_(module.bias)
    return net


def over_frames(net, clip):
    """What the 2D network `net` says of every frame: ``(B, C, T, H, W)`` to ``(B, T, ...)``."""
    B, C, T, H, W = clip.shape
    frames = clip.transpose(1, 2).reshape(B * T, C, H, W)
    result = net(frames)                                            # (B·T, ...)
    return result.reshape(B, T, *result.shape[1:])


def check_clip(clip, channels):
    """Refuse what is no batch of clips with so many channels: a wrong order of axes has the right sizes too often."""
    if clip.ndim != 5 or clip.shape[1] != channels:
        raise ValueError(
            f"a clip for this network is (B, {channels}, T, H, W), got {tuple(clip.shape)}: "
            "kinema.recognition.to_clip makes one of frames (T, H, W, C)"
        )
    return clip
