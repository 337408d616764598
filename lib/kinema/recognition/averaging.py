"""Two verdicts made one, in logarithms: what a loss can be taken of however sure the networks are."""

import math

import torch


def log_mean_probability(logits_a, logits_b, weight=0.5):
    """Logarithm of the two streams' averaged probabilities.

    Parameters
    ----------
    logits_a, logits_b : tensor, shape (..., classes)
        Scores before the softmax.
    weight : float
        Of the second stream, between 0 and 1.

    Returns
    -------
    tensor, shape (..., classes)
        The logarithm of `kinema.recognition.two_stream.late_fusion`, exact where its probabilities vanish.

    Raises
    ------
    ValueError
        If the weight is not in [0, 1] or the shapes disagree.
    """
    if not 0 <= weight <= 1:
        raise ValueError(f"weight must lie in [0, 1], got {weight}")
    if logits_a.shape != logits_b.shape:
        raise ValueError(f"the streams disagree in shape: {tuple(logits_a.shape)} and {tuple(logits_b.shape)}")
    shares = (math.log(share) if share else -math.inf for share in (1 - weight, weight))
    a, b = (torch.log_softmax(y, dim=-1) + share for y, share in zip((logits_a, logits_b), shares, strict=True))
    return torch.logaddexp(a, b)
