"""Data sets made on the fly, each to ask one question, with chance levels that hold exactly.

All are map-style `torch.utils.data.Dataset`: ``len(data)``, and ``data[i]`` is a clip ``(3, T, H, W)``, float32 in
[0, 1], and its label. The same seed gives the same clips; another seed shares nothing with it.
"""

from kinema.recognition.micro.textures import Directions, TextureSpeed
from kinema.recognition.micro.two_events import TwoEvents
from kinema.recognition.micro.walkers import PointLights, walker
from kinema.recognition.micro.which_moves import WhichMoves

__all__ = ["Directions", "PointLights", "TextureSpeed", "TwoEvents", "WhichMoves", "batch_of", "walker"]


def batch_of(data, indices=None):
    """(clips (B, 3, T, H, W), labels (B,)) of a data set, all of it or the given places."""
    import torch

    pairs = [data[i] for i in (range(len(data)) if indices is None else indices)]
    return torch.stack([clip for clip, _ in pairs]), torch.tensor([label for _, label in pairs])
