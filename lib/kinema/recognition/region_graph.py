"""STRG: things in a video as nodes of a graph, joined by likeness and by where they are next.

Wang & Gupta (2018), "Videos as space-time region graphs", section 3.
"""

import torch
from torch import nn


def similarity_graph(features, theta, phi):
    """How alike regions look, by two learned projections: rows sum to 1.

    Parameters
    ----------
    features : tensor, shape (B, N, C)
    theta, phi : tensor, shape (C, D)

    Returns
    -------
    tensor, shape (B, N, N)

    References
    ----------
    Wang & Gupta (2018), eq. (1) and (2).
    """
    return torch.softmax((features @ theta) @ (features @ phi).transpose(1, 2), dim=-1)


def box_overlap(a, b):
    """Intersection over union of every box of `a` with every box of `b`.

    Parameters
    ----------
    a, b : tensor, shapes (..., N, 4) and (..., M, 4)
        (x0, y0, x1, y1), pixels.

    Returns
    -------
    tensor, shape (..., N, M)
        In [0, 1]; boxes that only touch, and empty ones, give 0.
    """
    low = torch.maximum(a[..., :, None, :2], b[..., None, :, :2])
    high = torch.minimum(a[..., :, None, 2:], b[..., None, :, 2:])
    shared = (high - low).clamp_min(0).prod(dim=-1)
    area = [(x[..., 2:] - x[..., :2]).clamp_min(0).prod(dim=-1) for x in (a, b)]
    union = area[0][..., :, None] + area[1][..., None, :] - shared
    return torch.where(union > 0, shared / union.clamp_min(1e-12), torch.zeros_like(union))


def spacetime_graphs(boxes, frames):
    """Forward and backward graphs: an edge from a region to each that overlaps it one frame later, or earlier.

    Parameters
    ----------
    boxes : tensor, shape (B, N, 4)
    frames : integer tensor, shape (B, N)
        Number of the frame that each box stands in.

    Returns
    -------
    forward, backward : tensor, shape (B, N, N)
        Rows sum to 1, or to 0 where nothing overlaps.

    References
    ----------
    Wang & Gupta (2018), eq. (3).
    """
    overlap = box_overlap(boxes, boxes)
    step = frames[:, None, :] - frames[:, :, None]

    def graph(direction):
        edges = torch.where(step == direction, overlap, torch.zeros_like(overlap))
        return edges / edges.sum(dim=-1, keepdim=True).clamp_min(1e-12)

    return graph(1), graph(-1)


class GraphConvolution(nn.Module):
    """Each region collects its neighbours' features along every graph, and keeps its own.

    Parameters
    ----------
    channels, graphs : int
    """

    def __init__(self, channels, graphs=3):
        super().__init__()
        self.weights = nn.ModuleList(nn.Linear(channels, channels, bias=False) for _ in range(graphs))
        self.norm = nn.LayerNorm(channels)

    def forward(self, features, graphs):
        """(B, N, C) and a list of (B, N, N): (B, N, C)."""
        gathered = sum(weight(graph @ features) for weight, graph in zip(self.weights, graphs, strict=True))
        return features + torch.relu(self.norm(gathered))


class RegionGraphNet(nn.Module):
    """Regions' features pass three graph layers; their mean stands beside the whole clip's.

    Parameters
    ----------
    features : int
        Length of a feature vector, of a region as of the clip.
    classes, layers : int
    """

    def __init__(self, features, classes, *, layers=3):
        super().__init__()
        self.theta, self.phi = (nn.Parameter(torch.eye(features) / features**0.25) for _ in range(2))
        self.layers = nn.ModuleList(GraphConvolution(features) for _ in range(layers))
        self.classifier = nn.Linear(2 * features, classes)

    def forward(self, clip, regions, boxes, frames):
        """Logits (B, classes) of clip (B, C), regions (B, N, C), boxes (B, N, 4) and frames (B, N)."""
        graphs = [similarity_graph(regions, self.theta, self.phi), *spacetime_graphs(boxes, frames)]
        for layer in self.layers:
            regions = layer(regions, graphs)
        return self.classifier(torch.cat([clip, regions.mean(dim=1)], dim=1))


def strg_head(classes=157, features=512):
    """The graph part on features of length 512."""
    return RegionGraphNet(features, classes)
