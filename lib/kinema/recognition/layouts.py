"""The two orders of axes in which a film comes: frames as pictures (T, H, W, C), and clips as networks read them."""

import torch

from kinema.checks import check_choice

STATISTICS = {
    "plain": ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0)),
    "signed": ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5)),  # I3D: [-1, 1]
    "imagenet": ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    "kinetics": ((0.43216, 0.394666, 0.37645), (0.22803, 0.22145, 0.216989)),  # torchvision's video networks
}


def to_clip(frames, *, normalize="plain"):
    """Frames as a network reads them.

    Parameters
    ----------
    frames : array, shape (T, H, W, C) or (T, H, W)
        uint8, or floating point in [0, 1]. Gray frames get one channel.
    normalize : {"plain", "signed", "imagenet", "kinetics"}
        What the network was trained on: values in [0, 1], in [-1, 1], or with the mean and the spread of a data set
        taken off.

    Returns
    -------
    tensor, shape (1, C, T, H, W)
        float32, in memory of its own.

    Raises
    ------
    ValueError
        If the axes are others, colour statistics meet frames of other than three channels, integers are no bytes, or
        floats are far outside [0, 1].
    """
    mean, spread = STATISTICS[check_choice(normalize, tuple(STATISTICS), "normalize")]
    frames = torch.as_tensor(frames)
    if frames.ndim == 3:
        frames = frames[..., None]
    if frames.ndim != 4 or frames.shape[-1] not in (1, 2, 3, 4):
        raise ValueError(f"frames must be (T, H, W, C) with 1 to 4 channels, got shape {tuple(frames.shape)}")
    if frames.dtype != torch.uint8 and not frames.is_floating_point():
        raise ValueError(f"frames of {frames.dtype}: integers must be bytes (uint8), or divide them by their largest value")
    if frames.is_floating_point() and not (-0.5 <= frames.min() and frames.max() <= 1.5):
        raise ValueError(f"floats must be brightness in [0, 1], got {frames.min():g} to {frames.max():g}: divide by 255?")
    clip = frames.to(torch.float32) / (255 if frames.dtype == torch.uint8 else 1)
    if normalize != "plain":
        if clip.shape[-1] != 3:
            raise ValueError(f"{normalize!r} statistics are of three channels, these frames have {clip.shape[-1]}")
        clip = (clip - torch.tensor(mean)) / torch.tensor(spread)
    return clip.permute(3, 0, 1, 2).contiguous()[None]


def to_frames(clip):
    """(T, H, W, C) of a clip (1, C, T, H, W) or (C, T, H, W): the way back from `to_clip` without its statistics."""
    if clip.ndim == 5 and clip.shape[0] == 1:
        clip = clip[0]
    if clip.ndim != 4:
        raise ValueError(f"a clip is (C, T, H, W) or (1, C, T, H, W), got shape {tuple(clip.shape)}")
    return clip.permute(1, 2, 3, 0).contiguous()
