"""What flow networks are trained to make small: distance to the true flow, or, without truth, to the first frame.

All flows are ``(B, 2, h, w)`` in pixels of the input frame, as `FlowNetwork.predictions` returns them.
"""

import torch
import torch.nn.functional as F

from kinema.flow.nets.layers import length, warp

COARSE_TO_FINE = (0.32, 0.08, 0.02, 0.01, 0.005)


def _check_pairing(predictions, flow):
    if not predictions:
        raise ValueError("no predictions to compare: call net.predictions(I0, I1) for them")
    for k, prediction in enumerate(predictions):
        if prediction.ndim != 4 or prediction.shape[:2] != flow.shape[:2] or flow.shape[1] != 2:
            raise ValueError(
                f"prediction {k} has shape {tuple(prediction.shape)} and flow {tuple(flow.shape)}: "
                "both must be (B, 2, H, W) with one B"
            )


def multiscale_epe(predictions, flow, *, weights=COARSE_TO_FINE, scale=20.0):
    """Weighted end-point errors at every scale: the loss of FlowNet and PWC-Net.

    Parameters
    ----------
    predictions : list of tensor, shape (B, 2, h, w)
        Coarse to fine, pixels of the input frame.
    flow : tensor, shape (B, 2, H, W)
        True flow, pixels. Averaged down to each grid; its values stay.
    weights : sequence of float
        One per prediction, coarse to fine. The default is that of visinf/irr (losses.py) for FlowNet and
        PWC-Net; NVIDIA/flownet2-pytorch uses 0.02, 0.04, 0.08, 0.16, 0.32 instead.
    scale : float
        Errors are divided by it, because the networks predict flow / 20.

    Returns
    -------
    tensor, shape ()
        Sum over scales of weight times mean end-point error. The mean keeps it independent of the frame's size;
        visinf/irr sums over pixels, which is more weight on the fine scales: each has four times as many.

    Raises
    ------
    ValueError
        If there are not as many weights as predictions, or shapes disagree.
    """
    _check_pairing(predictions, flow)
    if len(weights) != len(predictions):
        raise ValueError(f"{len(predictions)} predictions but {len(weights)} weights: give weights= one for each")
    targets = (F.adaptive_avg_pool2d(flow, p.shape[-2:]) for p in predictions)
    return sum(w * length(p - t).mean() / scale for w, p, t in zip(weights, predictions, targets, strict=True))


def sequence_loss(predictions, flow, *, gamma=0.8, valid=None, max_flow=None):
    """Distance to the true flow after every iteration, later ones counting more: the loss of RAFT.

    Parameters
    ----------
    predictions : list of tensor, shape (B, 2, H, W)
        In the order of the iterations, all of full size.
    flow : tensor, shape (B, 2, H, W)
        True flow, pixels.
    gamma : float
        Iteration i of N has weight gamma^(N - 1 - i).
    valid : boolean tensor, shape (B, 1, H, W), or None
        Where the truth is known; None means everywhere.
    max_flow : float or None
        Pixels that truly move farther are left out.

    Returns
    -------
    tensor, shape ()
        Sum over iterations of weight times the mean absolute error of u and v.

    References
    ----------
    Teed & Deng (2020).
    """
    _check_pairing(predictions, flow)
    if any(p.shape != flow.shape for p in predictions):
        raise ValueError(f"every prediction must have the shape {tuple(flow.shape)} of the true flow: upsample first")
    if valid is not None and valid.shape != flow[:, :1].shape:
        raise ValueError(
            f"valid has shape {tuple(valid.shape)}, expected {tuple(flow[:, :1].shape)}: one value per pixel, with an "
            "axis of 1 where flow has u and v (valid[:, None])"
        )
    counted = torch.ones_like(flow[:, :1]) if valid is None else valid.to(flow.dtype)
    if max_flow is not None:
        counted = counted * (length(flow) < max_flow)
    truth = torch.where(counted > 0, flow, torch.zeros_like(flow))  # unknown flow may be NaN
    share = 2 * counted.sum().clamp(min=1)
    n = len(predictions)
    return sum(gamma ** (n - 1 - i) * (counted * (p - truth).abs()).sum() / share for i, p in enumerate(predictions))


def charbonnier(x, *, epsilon=1e-3):
    """A smooth |x|: sqrt(x² + epsilon²) - epsilon, which is 0 at 0 and never steeper than 1."""
    return torch.sqrt(x * x + epsilon**2) - epsilon


def occluded(flow, backward, *, relative=0.01, absolute=0.5):
    """Where I1 does not show what I0 shows: there and back again does not lead home.

    Parameters
    ----------
    flow, backward : tensor, shape (B, 2, H, W)
        From I0 to I1, and from I1 to I0, pixels.
    relative, absolute : float
        Occluded where ``|f + b|² > relative (|f|² + |b|²) + absolute``, b fetched where f points.

    Returns
    -------
    boolean tensor, shape (B, 1, H, W)

    References
    ----------
    Meister, Hur & Roth (2018).
    """
    back, _ = warp(backward, flow)

    def square(x):
        return (x * x).sum(dim=1, keepdim=True)

    return square(flow + back) > relative * (square(flow) + square(back)) + absolute


def photometric_loss(I0, I1, flow, *, backward=None, epsilon=1e-3):
    """How badly I1, warped by `flow`, explains I0: a loss that needs no true flow.

    Parameters
    ----------
    I0, I1 : tensor, shape (B, C, H, W)
        Frames in [0, 1].
    flow : tensor, shape (B, 2, H, W)
        From I0 to I1, pixels.
    backward : tensor, shape (B, 2, H, W), or None
        From I1 to I0. If given, pixels that are `occluded` do not count.
    epsilon : float
        Below about this difference the penalty is quadratic.

    Returns
    -------
    tensor, shape ()
        Mean `charbonnier` difference over the pixels that count: those whose flow stays inside the frame. Zero at
        the true flow of frames that keep their brightness. Left alone it would rather push
        pixels out of the frame than match them; training therefore adds `smoothness`.
    """
    warped, inside = warp(I1, flow)
    counted = inside if backward is None else inside & ~occluded(flow, backward)
    counted = counted.to(I0.dtype)
    difference = charbonnier(I0 - warped, epsilon=epsilon)
    return (counted * difference).sum() / (counted.sum() * I0.shape[1]).clamp(min=1)


def smoothness(flow, I0=None, *, edge=10.0, epsilon=1e-3):
    """Mean `charbonnier` difference of flow between neighbours; less where the frame itself has an edge.

    Parameters
    ----------
    flow : tensor, shape (B, 2, H, W)
    I0 : tensor, shape (B, C, H, W), or None
        If given, each difference is weighted by exp(-edge |step of brightness|).
    edge : float
        How soon an edge in brightness lets the flow jump.

    Returns
    -------
    tensor, shape ()
        Zero for a uniform motion.
    """
    total = flow.new_zeros(())
    for axis in (2, 3):
        if flow.shape[axis] < 2:
            continue  # no neighbours that way
        jump = charbonnier(flow.diff(dim=axis), epsilon=epsilon)
        if I0 is not None:
            jump = jump * torch.exp(-edge * I0.diff(dim=axis).abs().mean(dim=1, keepdim=True))
        total = total + jump.mean()
    return total


def unsupervised_loss(I0, I1, flow, *, backward=None, smooth=0.1):
    """`photometric_loss` plus `smooth` times the edge-aware `smoothness`."""
    return photometric_loss(I0, I1, flow, backward=backward) + smooth * smoothness(flow, I0)
