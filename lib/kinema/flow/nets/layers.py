"""Layers that most flow networks share: correlation, warping, upsampling of flow, the plain convolution.

Feature maps are ``(B, C, H, W)``; flow is ``(B, 2, H, W)`` with u (right) first and v (down) second, in
pixels of the map it belongs to.
"""

import torch
import torch.nn.functional as F
from torch import nn
from torch.overrides import handle_torch_function, has_torch_function


def correlation(f1, f2, radius, *, stride=1):
    """How alike each feature of `f1` is to its neighbours in `f2`: a local cost volume.

    Parameters
    ----------
    f1, f2 : tensor, shape (B, C, H, W)
    radius : int
        Largest displacement compared, pixels of these maps.
    stride : int
        Step between displacements; it divides `radius`.

    Returns
    -------
    volume : tensor, shape (B, D², H, W)
        D = 2 radius / stride + 1. The entry for displacement (dx, dy) is the mean over channels of
        ``f1(x) * f2(x + d)``: row-major, dy outer, dx inner, from -radius to radius. Zero where x + d lies
        outside.

    Raises
    ------
    ValueError
        If the maps differ in shape, or if `stride` does not divide `radius`.

    References
    ----------
    Dosovitskiy et al. (2015), with patches of one pixel. They sum over channels; the released
    networks take the mean.
    """
    if has_torch_function((f1, f2)):  # lets `kinema.cost` count this as one operator
        return handle_torch_function(correlation, (f1, f2), f1, f2, radius, stride=stride)
    if f1.shape != f2.shape or f1.ndim != 4:
        raise ValueError(f"f1 {tuple(f1.shape)} and f2 {tuple(f2.shape)} must have one shape (B, C, H, W)")
    if radius < 0 or stride < 1 or radius % stride:
        raise ValueError(f"stride {stride} must divide radius {radius}: the middle displacement is (0, 0)")
    H, W = f1.shape[-2:]
    padded = F.pad(f2, (radius, radius, radius, radius))
    steps = range(0, 2 * radius + 1, stride)
    return torch.stack([(f1 * padded[:, :, y : y + H, x : x + W]).mean(dim=1) for y in steps for x in steps], dim=1)


def warp(features, flow, *, outside="zeros"):
    """Fetch the features that `flow` points at: backward warping with bilinear interpolation.

    Parameters
    ----------
    features : tensor, shape (B, C, H, W)
    flow : tensor, shape (B, 2, H, W)
        Pixels of this map.
    outside : {"zeros", "border"}
        What to read where x + flow(x) lies outside the frame: zero, or the nearest border point.

    Returns
    -------
    warped : tensor, shape (B, C, H, W)
        ``features(x + flow(x))``; zero where the flow is NaN.
    inside : boolean tensor, shape (B, 1, H, W)
        Where it lies inside, that is within the centres of the border pixels.

    Raises
    ------
    ValueError
        If `flow` is not (B, 2, H, W) for these features, or `outside` is no option.
    """
    if outside not in ("zeros", "border"):
        raise ValueError(f"outside must be 'zeros' or 'border', got {outside!r}")
    B, _, H, W = features.shape
    if tuple(flow.shape) != (B, 2, H, W):
        raise ValueError(f"flow has shape {tuple(flow.shape)}, these features need {(B, 2, H, W)}: resize it first")
    columns = torch.arange(W, dtype=flow.dtype, device=flow.device)
    rows = torch.arange(H, dtype=flow.dtype, device=flow.device)
    x, y = columns + flow[:, 0], rows[:, None] + flow[:, 1]  # (B, H, W)
    inside = ((x >= 0) & (x <= W - 1) & (y >= 0) & (y <= H - 1))[:, None]
    # grid_sample counts from -1 (centre of the first pixel) to 1 (centre of the last).
    grid = torch.stack([2 * x / max(W - 1, 1) - 1, 2 * y / max(H - 1, 1) - 1], dim=-1)
    warped = F.grid_sample(features, grid, mode="bilinear", padding_mode=outside, align_corners=True)
    # Beyond the outer pixel centres grid_sample fades to zero over one pixel; here the frame ends at once.
    known = inside if outside == "zeros" else ~(x.isnan() | y.isnan())[:, None]
    return torch.where(known, warped, torch.zeros_like(warped)), inside


def upsample_flow(flow, factor=2, *, size=None, align_corners=True):
    """Flow on a finer grid: interpolated bilinearly, its values multiplied because pixels became smaller.

    Parameters
    ----------
    flow : tensor, shape (B, 2, H, W)
        Pixels of its own map.
    factor : int or float
        How many times more rows and columns. Ignored when `size` is given.
    size : (int, int) or None
        Height and width wanted; u is then multiplied by the ratio of widths, v by that of heights.
    align_corners : bool
        True puts the corners of the two grids on each other, as SPyNet, IRR and RAFT do; False their outer edges.

    Returns
    -------
    tensor, shape (B, 2, factor * H, factor * W) or (B, 2, *size)
        Pixels of the finer map.
    """
    H, W = flow.shape[-2:]
    height, width = size or (round(H * factor), round(W * factor))
    finer = F.interpolate(flow, size=(height, width), mode="bilinear", align_corners=align_corners)
    return torch.stack([finer[:, 0] * (width / W), finer[:, 1] * (height / H)], dim=1)


def length(x):
    """Euclidean length over channels, (B, 1, H, W), with a finite derivative where it vanishes."""
    return torch.sqrt((x * x).sum(dim=1, keepdim=True) + 1e-12)


def conv(cin, cout, kernel=3, stride=1, dilation=1):
    """Convolution that keeps the size (but for its stride), then LeakyReLU of slope 0.1: these nets' usual layer."""
    padding = dilation * (kernel - 1) // 2
    return nn.Sequential(
        nn.Conv2d(cin, cout, kernel, stride=stride, padding=padding, dilation=dilation), nn.LeakyReLU(0.1)
    )
