"""What else the Fast pathway may be shown: less of each frame, for its task is motion.

Feichtenhofer, Fan, Malik & He (2019), ablation of weaker inputs: half the resolution, gray, differences of frames, flow.
"""

from itertools import pairwise

import numpy as np
import torch
import torch.nn.functional as F

from kinema.checks import check_choice
from kinema.flow import pyramidal_lucas_kanade

WEAK = ("gray", "half", "difference", "flow")
CHANNELS = {"gray": 1, "half": 3, "difference": 1, "flow": 2}
LUMA = (0.299, 0.587, 0.114)                                            # ITU-R BT.601


def gray(clip):
    """Brightness, (B, 3, T, H, W) to (B, 1, T, H, W): 0.299 red + 0.587 green + 0.114 blue."""
    weights = clip.new_tensor(LUMA)[:, None, None, None]
    return (clip * weights).sum(dim=1, keepdim=True)


def half(clip):
    """Half as high and half as wide, each pixel the mean of four; every frame stays."""
    return F.avg_pool3d(clip, (1, 2, 2))


def difference(clip):
    """Each frame's brightness less that of the frame before it, (B, 1, T, H, W); the first one's is 0."""
    light = gray(clip)
    return torch.cat((torch.zeros_like(light[:, :, :1]), light.diff(dim=2)), dim=2)


def flow(clip, *, estimate=None):
    """Flow from each frame to the next, (B, 2, T, H, W), pixels/frame; the last frame repeats the one before.

    Parameters
    ----------
    clip : tensor, shape (B, 3, T, H, W)
        At least two frames.
    estimate : callable or None
        estimate(I0, I1) of two gray frames, arrays (H, W), is a flow (2, H, W); None is the course's own dense pyramidal
        Lucas-Kanade.
    """
    estimate = estimate or pyramidal_lucas_kanade
    fields = []
    for film in gray(clip)[:, 0].cpu().double().numpy():
        steps = [np.asarray(estimate(*pair)) for pair in pairwise(film)]
        fields.append(np.stack([*steps, steps[-1]], axis=1))            # (2, T, H, W)
    return torch.as_tensor(np.stack(fields)).to(clip)


def weaken(clip, kind):
    """The clip (B, 3, T, H, W) as `kind` shows it.

    Parameters
    ----------
    clip : tensor, shape (B, 3, T, H, W)
    kind : {"gray", "half", "difference", "flow"}

    Returns
    -------
    tensor, shape (B, C, T, H, W) or (B, 3, T, H / 2, W / 2)

    Raises
    ------
    ValueError
        If `kind` is none of these, or the clip is no batch of colour clips.
    """
    check_choice(kind, WEAK, "kind")
    if clip.ndim != 5 or clip.shape[1] != 3:
        raise ValueError(f"a clip to weaken is (B, 3, T, H, W), got shape {tuple(clip.shape)}")
    return {"gray": gray, "half": half, "difference": difference, "flow": flow}[kind](clip)
