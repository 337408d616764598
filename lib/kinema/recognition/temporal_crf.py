"""Asyn-TF at the size that teaches it: every frame's label leans on every other frame's, and on a hidden intent.

Sigurdsson, Divvala, Farhadi & Gupta (2017), "Asynchronous temporal fields for action recognition". The field is
fully connected in time, so its beliefs are found by mean-field messages; "asynchronous" means that a frame may take
messages that others left earlier, which lets a batch hold frames of many videos.
"""

import torch
from torch import nn


def time_kernel(times, width):
    """exp(-(t_i - t_j)² / 2 width²) of frames at `times` (..., T), zero for a frame with itself: (..., T, T)."""
    d = times[..., :, None] - times[..., None, :]
    kernel = torch.exp(-(d**2) / (2 * width**2))
    return kernel * (1 - torch.eye(times.shape[-1], dtype=kernel.dtype, device=kernel.device))


class TemporalField(nn.Module):
    """Labels of frames and one intent of the video, tied to each other.

    The score of a labelling is sum_t unary(y_t) + sum_t tie(y_t, z) + sum_{s < t} kernel(s, t) pair(y_s, y_t) + intent(z),
    for the intent z; pair is symmetric.

    Parameters
    ----------
    labels, intents : int
    width : float
        Seconds over which frames influence each other.
    """

    def __init__(self, labels, intents=8, *, width=5.0):
        super().__init__()
        self.width = width
        self.pair = nn.Parameter(torch.zeros(labels, labels))
        self.tie = nn.Parameter(0.01 * torch.randn(labels, intents))
        self.intent = nn.Parameter(torch.zeros(intents))

    def messages(self, beliefs, intent, kernel):
        """What all other frames (B, T, labels) and the intent (B, intents) tell each frame: (B, T, labels)."""
        pair = (self.pair + self.pair.T) / 2
        return kernel @ (beliefs @ pair) + (intent @ self.tie.T)[:, None]

    def forward(self, unary, times, *, rounds=5):
        """Beliefs (B, T, labels) and (B, intents) after `rounds` of mean-field updates.

        Parameters
        ----------
        unary : tensor, shape (B, T, labels)
            Scores from a network that sees one frame or snippet.
        times : tensor, shape (B, T)
            Seconds.
        """
        kernel = time_kernel(times, self.width)
        beliefs = torch.softmax(unary, dim=-1)
        intent = torch.softmax(self.intent.expand(len(unary), -1), dim=-1)
        for _ in range(rounds):
            beliefs = torch.softmax(unary + self.messages(beliefs, intent, kernel), dim=-1)
            intent = torch.softmax(self.intent + beliefs.sum(dim=1) @ self.tie, dim=-1)
        return beliefs, intent


class MessageBoard:
    """Messages that frames leave for the others of their video, to be read whenever those come up.

    Parameters
    ----------
    decay : float
        How fast old messages lose weight, per visit.
    """

    def __init__(self, decay=0.9):
        self.decay, self.left = decay, {}

    def leave(self, video, time, belief):
        """Keep the belief (labels,) of a frame; an earlier one of the same frame is replaced."""
        frames = self.left.setdefault(video, {})
        for other in frames:
            frames[other] = (frames[other][0], frames[other][1] * self.decay)
        frames[float(time)] = (belief.detach(), 1.0)

    def read(self, video, time, pair, width):
        """Sum of the messages for a frame at `time`: (labels,), zero where none was left."""
        total = torch.zeros(len(pair), dtype=pair.dtype, device=pair.device)
        for other, (belief, age) in self.left.get(video, {}).items():
            if other != float(time):
                weight = age * torch.exp(torch.tensor(-((time - other) ** 2) / (2 * width**2)))
                total = total + weight * (pair @ belief)
        return total


def temporal_field(labels=157, intents=30):
    """The field over Charades' labels."""
    return TemporalField(labels, intents)
