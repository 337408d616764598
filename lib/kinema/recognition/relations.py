"""Temporal relation networks: what two frames, three frames, ... in order say together.

Zhou, Andonian, Oliva & Torralba (2018), after zhoubolei/TRN-pytorch, TRNmodule.py.
"""

import itertools

import torch
from torch import nn

from kinema.recognition.image.bn_inception import BNInception


class Relations(nn.Module):
    """For each number of frames a small network over ordered subsets; all their scores are added.

    Parameters
    ----------
    frames : int
        N. Relations of N, N - 1, ..., 2 frames are read.
    features : int
        Length of a frame's feature vector.
    classes : int
    hidden : int
    subsets : int
        Subsets of each size that are read: evenly spread in evaluation, drawn anew at each call in training.

    Raises
    ------
    ValueError
        If `frames` is less than 2.
    """

    def __init__(self, frames, features, classes, *, hidden=256, subsets=3):
        super().__init__()
        if frames < 2:
            raise ValueError(f"a relation needs at least two frames, got {frames}")
        self.frames, self.subsets = frames, subsets
        self.sizes = tuple(range(frames, 1, -1))
        self.choices = [list(itertools.combinations(range(frames), size)) for size in self.sizes]
        self.heads = nn.ModuleList(
            nn.Sequential(nn.ReLU(), nn.Linear(features * size, hidden), nn.ReLU(), nn.Linear(hidden, classes))
            for size in self.sizes
        )

    def chosen(self, choices):
        """Which subsets of one size to read."""
        count = min(self.subsets, len(choices))
        if self.training:
            return [choices[k] for k in torch.randperm(len(choices))[:count].tolist()]
        return [choices[k * len(choices) // count] for k in range(count)]

    def forward(self, features):
        """Logits (B, classes) of features (B, N, C) of frames in order."""
        if features.shape[1] != self.frames:
            raise ValueError(f"built for {self.frames} frames, got {features.shape[1]}: sample that many")
        total = 0
        for choices, head in zip(self.choices, self.heads, strict=True):
            for subset in self.chosen(choices):
                total = total + head(features[:, list(subset)].flatten(1))
        return total


class MultiScaleTRN(nn.Module):
    """A picture network that gives each frame a vector, and relations between them.

    Parameters
    ----------
    net : nn.Module
        Maps (B, C, H, W) to feature vectors (B, features).
    relations : Relations
    """

    def __init__(self, net, relations):
        super().__init__()
        self.net, self.relations = net, relations

    def forward(self, frames):
        """Logits (B, classes) of frames (B, N, C, H, W)."""
        features = self.net(frames.flatten(0, 1)).unflatten(0, frames.shape[:2])
        return self.relations(features)


def multiscale_trn(classes=174, *, frames=8, features=256, **options):
    """Eight frames, BN-Inception, features of length 256: the published head."""
    return MultiScaleTRN(BNInception(features, **options), Relations(frames, features, classes))
