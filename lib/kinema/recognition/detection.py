"""Who does what: a SlowFast network as a detector of actions, with the boxes of persons given.

Feichtenhofer et al. (2019), section 5, on the region features of He, Gkioxari, Dollar & Girshick (2017), section 3.
"""

import torch
from torch import nn

from kinema.checks import check_count
from kinema.recognition.slowfast import R50, SlowFast


def roi_align(maps, boxes, clips, *, size=7, scale=1.0, samples=0, aligned=True):
    """Features of boxes, each on a grid of `size` x `size` cells: means of points between pixels, nothing rounded.

    Parameters
    ----------
    maps : tensor, shape (B, C, H, W)
    boxes : tensor, shape (N, 4)
        (x1, y1, x2, y2) in pixels of the picture.
    clips : tensor of int, shape (N,)
        Which map each box belongs to.
    size : int
        Cells along each side.
    scale : float
        From pixels of the picture to places of the map: 1 / 16 for a map of stride 16.
    samples : int
        Points along each side of a cell; 0 takes as many as a cell has places, rounded up.
    aligned : bool
        Whether place k of the map stands for the middle of its pixels, k + 1/2. False is the older rule, off by half a
        place, under which boxes are also widened to one place at least.

    Returns
    -------
    tensor, shape (N, C, size, size)

    Raises
    ------
    ValueError
        If shapes do not fit or a box belongs to no map.

    References
    ----------
    He et al. (2017), "RoIAlign". A point up to one place outside the map has the nearest value of its border, one
    farther out is 0.
    """
    check_count(size, "size")
    if maps.ndim != 4 or boxes.ndim != 2 or boxes.shape[1] != 4 or clips.shape != boxes.shape[:1]:
        raise ValueError(
            f"maps must be (B, C, H, W), boxes (N, 4) and clips (N,), got {tuple(maps.shape)}, {tuple(boxes.shape)} "
            f"and {tuple(clips.shape)}"
        )
    if len(clips) and not (int(clips.min()) >= 0 and int(clips.max()) < len(maps)):
        raise ValueError(f"clips must lie in 0 to {len(maps) - 1}, got {int(clips.min())} to {int(clips.max())}")
    corners = boxes * scale - (0.5 if aligned else 0.0)
    sides = corners[:, 2:] - corners[:, :2]                             # (N, 2): width, height
    if not aligned:
        sides = sides.clamp(min=1)
    features = [
        _cells(maps[int(b)], corner, side / size, size, samples)
        for b, corner, side in zip(clips, corners[:, :2], sides, strict=True)
    ]
    return torch.stack(features) if features else maps.new_zeros((0, maps.shape[1], size, size))


def _cells(x, corner, cell, size, samples):
    """`roi_align` of one box on one map (C, H, W): its corner and the sides of a cell, in places."""
    counts = [samples or max(1, int(torch.ceil(c))) for c in cell]      # along x, along y
    at = [
        corner[k] + cell[k] * (torch.arange(size * n, device=x.device, dtype=x.dtype) + 0.5) / n for k, n in enumerate(counts)
    ]
    (left, right, wx), (top, bottom, wy) = (_neighbours(a, n) for a, n in zip(at, (x.shape[2], x.shape[1]), strict=True))
    rows = x[:, top] * (1 - wy[:, None]) + x[:, bottom] * wy[:, None]
    values = rows[:, :, left] * (1 - wx) + rows[:, :, right] * wx
    inside = [(a >= -1) & (a <= n) for a, n in zip(at, (x.shape[2], x.shape[1]), strict=True)]
    values = values * (inside[1][:, None] & inside[0])
    return values.unflatten(2, (size, counts[0])).unflatten(1, (size, counts[1])).mean(dim=(2, 4))


def _neighbours(at, count):
    """The two places on either side of each position, and how far it is from the first to the second."""
    at = at.clamp(0, count - 1)
    low = at.floor().long().clamp(max=count - 1)
    return low, (low + 1).clamp(max=count - 1), at - low


class ActionDetector(nn.Module):
    """Class scores for each person of a clip.

    The last stage keeps the size of the one before (dilation 2), both pathways are averaged over time, features of
    each box are taken from both and their largest values over the box feed one linear layer.

    Parameters
    ----------
    classes : int
        80 on AVA. Each score has a sigmoid of its own: a person may stand and talk at once.
    blocks : four ints
    size : int
        Cells of a box, as of `roi_align`.
    aligned : bool
        As of `roi_align`.
    **options
        Of `SlowFast`.
    """

    stride = 16                                                         # pixels from one place of the last map to the next

    def __init__(self, classes=80, *, blocks=R50, size=7, aligned=True, **options):
        super().__init__()
        options = {"alpha": 4, "lateral_kernel": 7, "last_dilation": 2, **options}
        self.net = SlowFast(blocks, classes, **options)
        self.size, self.aligned = size, aligned

    def forward(self, clip, boxes, clips):
        """Logits, (N, classes).

        Parameters
        ----------
        clip : tensor, shape (B, 3, alpha T, H, W)
        boxes : tensor, shape (N, 4)
            Of persons in the middle frame, pixels, (x1, y1, x2, y2).
        clips : tensor of int, shape (N,)
            Which clip each box belongs to.
        """
        places = {"size": self.size, "scale": 1 / self.stride, "aligned": self.aligned}
        regions = [roi_align(x.mean(dim=2), boxes, clips, **places).amax(dim=(2, 3)) for x in self.net.maps(clip)]
        return self.net.head.classifier(self.net.head.dropout(torch.cat(regions, dim=1)))
