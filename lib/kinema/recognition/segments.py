"""Temporal segment networks: one snippet from each equal part of a video, one common verdict.

Wang et al. (2016), section 3.1.
"""

import torch
from torch import nn

from kinema.checks import check_choice, check_count
from kinema.recognition.image.bn_inception import BNInception


def segment_starts(length, segments, snippet=1, *, rng=None):
    """First frame of one snippet in each of `segments` equal parts.

    Parameters
    ----------
    length : int
        Frames of the video.
    segments, snippet : int
        Number of parts, and frames of a snippet.
    rng : numpy.random.Generator or None
        Draws a random place in each part, for training; None takes the middle, for testing.

    Returns
    -------
    list of int
        In order; each snippet lies inside its part where the part is long enough, and inside the video always.

    Raises
    ------
    ValueError
        If the video is shorter than a snippet.
    """
    check_count(segments, "segments")
    check_count(snippet, "snippet")
    if length < snippet:
        raise ValueError(f"a snippet of {snippet} frames does not fit into a video of {length}")
    starts = []
    for k in range(segments):
        first, last = k * length // segments, (k + 1) * length // segments - snippet
        last = min(max(first, last), length - snippet)
        first = min(first, last)
        starts.append((first + last) // 2 if rng is None else int(rng.integers(first, last + 1)))
    return starts


class TemporalSegments(nn.Module):
    """Class scores of each segment by one shared network, then their consensus.

    Parameters
    ----------
    net : nn.Module
        Maps (B, C, H, W) to logits; a snippet of flow is its channels.
    consensus : {"mean", "max"}
        How scores of segments become those of the video. The loss goes through it, so that segments learn to agree.

    Raises
    ------
    ValueError
        If `consensus` is none of these.
    """

    def __init__(self, net, *, consensus="mean"):
        super().__init__()
        self.net, self.consensus = net, check_choice(consensus, ("mean", "max"), "consensus")

    def forward(self, snippets):
        """Logits (B, classes) of snippets (B, K, C, H, W)."""
        if snippets.ndim != 5:
            raise ValueError(f"snippets are (B, K, C, H, W), got shape {tuple(snippets.shape)}")
        scores = self.net(snippets.flatten(0, 1)).unflatten(0, snippets.shape[:2])      # (B, K, classes)
        return scores.mean(dim=1) if self.consensus == "mean" else scores.amax(dim=1)


def tsn(classes=101, *, channels=3, **options):
    """BN-Inception with the mean as consensus; 3 channels for colour, 10 for five frames of flow.

    Dropout is that of yjxiong/temporal-segment-networks: 0.8 for colour, 0.7 for flow.
    """
    options = {"dropout": 0.8 if channels == 3 else 0.7, **options}
    return TemporalSegments(BNInception(classes, channels=channels, **options))


def freeze_norm(net, *, but_first=True):
    """Stop batch statistics of `net` from changing, and keep them so: "partial batch normalisation".

    Parameters
    ----------
    net : nn.Module
        Changed in place; call again after ``net.train()``.
    but_first : bool
        Leave the first normalisation learning, since a new modality changes what it sees most.

    Returns
    -------
    int
        How many were frozen.
    """
    norms = [m for m in net.modules() if isinstance(m, nn.modules.batchnorm._BatchNorm)]
    for norm in norms[1 if but_first else 0 :]:
        norm.eval()
    return max(0, len(norms) - (1 if but_first else 0))


def rgb_difference(frames):
    """Differences of neighbouring frames, stacked: the modality that costs no flow.

    Parameters
    ----------
    frames : tensor, shape (B, C, T, H, W)

    Returns
    -------
    tensor, shape (B, C (T - 1), H, W)
        Difference by difference.
    """
    return torch.diff(frames, dim=2).transpose(1, 2).flatten(1, 2)
