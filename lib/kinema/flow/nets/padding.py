"""Frames whose sides suit a pyramid: padded before the net, cropped after it."""

import torch.nn.functional as F


def pad_to_multiple(*frames, multiple, least=None):
    """Frames with both sides padded up to a multiple, and how to undo it.

    The border pixels are repeated, half on either side: a black rim would be an edge that moves with
    the camera, and flow near it would be wrong.

    Parameters
    ----------
    *frames : tensor, shape (B, C, H, W)
        All of one height and width.
    multiple : int
        What both sides become divisible by, pixels.
    least : int or None
        Least side after padding, pixels; a multiple of `multiple`.

    Returns
    -------
    padded : list of tensor, shape (B, C, H', W')
        The frames themselves where nothing needs adding.
    crop : callable
        Takes (..., H', W') back to (..., H, W).
    """
    height, width = frames[0].shape[-2:]

    def missing(side):
        return max(-(-side // multiple) * multiple, least or 0) - side

    down, right = missing(height), missing(width)
    top, left = down // 2, right // 2

    def crop(x):
        return x[..., top : top + height, left : left + width]

    if down == 0 and right == 0:
        return list(frames), crop
    amounts = (left, right - left, top, down - top)
    return [F.pad(frame, amounts, mode="replicate") for frame in frames], crop


def check_pair_of_frames(I0, I1):
    """Refuse what is no pair of colour frames (B, 3, H, W) of one shape."""
    if I0.ndim != 4 or I0.shape[1] != 3:
        raise ValueError(f"I0 has shape {tuple(I0.shape)}: a net takes colour frames (B, 3, H, W) in [0, 1]")
    if I0.shape != I1.shape:
        raise ValueError(f"I0 has shape {tuple(I0.shape)} and I1 has shape {tuple(I1.shape)}: the two must agree")
