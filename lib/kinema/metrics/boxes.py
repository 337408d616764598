"""Boxes in frames: overlap, and AVA's frame-level average precision.

Boxes are (x1, y1, x2, y2) in any unit, x2 >= x1 and y2 >= y1.
"""

from typing import Any, NamedTuple

import numpy as np

from kinema.arrays import to_numpy


class Boxes(NamedTuple):
    """Labelled boxes in frames: what is there, or what a detector says. One person who does three things is three rows."""

    frames: Any
    """Which frame each is in, shape (N,): numbers, or names such as "film,0902"."""
    boxes: Any
    """Shape (N, 4)."""
    labels: Any
    """Classes, shape (N,)."""
    scores: Any = None
    """Confidences, shape (N,); None for the truth."""


def check_boxes(boxes, name="boxes"):
    """`boxes` as floats (N, 4), refused where corners are exchanged."""
    boxes = np.asarray(to_numpy(boxes), np.float64).reshape(-1, 4) if np.size(boxes) == 0 else np.asarray(to_numpy(boxes), np.float64)
    if boxes.ndim != 2 or boxes.shape[1] != 4:
        raise ValueError(f"{name} must be (N, 4), got shape {boxes.shape}")
    wrong = ~(boxes[:, 2:] >= boxes[:, :2]).all(axis=1)
    if wrong.any():
        k = int(wrong.argmax())
        raise ValueError(f"{name}: row {k}, {boxes[k].tolist()}, is no (x1, y1, x2, y2): are these widths and heights?")
    return boxes


def area(boxes):
    """Areas of (N, 4), unit²."""
    return (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])


def iou(a, b):
    """Intersection over union of every box of `a` with every one of `b`.

    Parameters
    ----------
    a, b : array, shapes (N, 4) and (M, 4)

    Returns
    -------
    array, shape (N, M)
        0 to 1; boxes that only touch have 0, as two of no area do.

    Raises
    ------
    ValueError
        If a box is no (x1, y1, x2, y2).
    """
    a, b = check_boxes(a, "a"), check_boxes(b, "b")
    sides = np.minimum(a[:, None, 2:], b[None, :, 2:]) - np.maximum(a[:, None, :2], b[None, :, :2])
    common = np.prod(np.clip(sides, 0, None), axis=-1)
    union = area(a)[:, None] + area(b)[None] - common
    return np.divide(common, union, out=np.zeros_like(common), where=union > 0)


def _checked(given, name, scored):
    boxes = check_boxes(given.boxes, name)
    columns = [np.asarray(to_numpy(c)) for c in (given.frames, given.labels, *[given.scores] * scored)]
    for column in columns:
        if column.shape != (len(boxes),):
            raise ValueError(f"{name} hold {len(boxes)} boxes, but a column of shape {column.shape}")
    if scored and np.isnan(columns[2].astype(float)).any():
        raise ValueError(f"{name} hold a score that is NaN: a ranking has no place for it")
    return boxes, *columns


def match(detections, truth, *, threshold=0.5):
    """Which detections of one class are right: highest score first, each truth is found once.

    Parameters
    ----------
    detections, truth : Boxes
        Labels are not looked at.
    threshold : float
        Intersection over union from which on a box is found.

    Returns
    -------
    array of bool, shape (N,)
        For each detection. It is held against the truth of its frame that it overlaps most; if that one has been found
        by a higher score, it counts as wrong.

    Raises
    ------
    ValueError
        If columns do not fit.

    References
    ----------
    The evaluation code that AVA's organisers publish (PASCAL VOC's rule).
    """
    boxes, frames, _, scores = _checked(detections, "detections", scored=True)
    true_boxes, true_frames, _ = _checked(truth, "truth", scored=False)
    right, found = np.zeros(len(boxes), bool), np.zeros(len(true_boxes), bool)
    there = {frame: np.flatnonzero(true_frames == frame) for frame in set(true_frames.tolist())}
    for k in np.argsort(-scores, kind="stable"):
        rows = there.get(frames[k].item(), ())
        if len(rows):
            overlaps = iou(boxes[k : k + 1], true_boxes[rows])[0]
            best = rows[overlaps.argmax()]
            right[k] = overlaps.max() >= threshold and not found[best]
            found[best] |= right[k]
    return right


def envelope_precision(right, scores, count):
    """Area under the precision-recall curve, each precision raised to the best at higher recall (PASCAL VOC 2010).

    Parameters
    ----------
    right : array of bool, shape (N,)
    scores : array, shape (N,)
    count : int
        Boxes that were to be found.

    Returns
    -------
    float
        0 to 1; NaN if nothing was to be found.
    """
    if not count:
        return float("nan")
    hits = np.cumsum(right[np.argsort(-scores, kind="stable")])
    precision = hits / np.arange(1, len(hits) + 1)
    best = np.maximum.accumulate(precision[::-1])[::-1]
    return float((np.diff(hits, prepend=0) * best).sum() / count)


def frame_ap(detections, truth, classes, *, threshold=0.5):
    """Average precision of each class over all frames, and their mean: AVA's measure.

    Parameters
    ----------
    detections, truth : Boxes
    classes : sequence
        Labels that count; AVA evaluates 60 of its 80.
    threshold : float
        Intersection over union.

    Returns
    -------
    mean : float
        Over the classes that the truth holds; NaN if it holds none of them.
    each : dict
        {class: average precision}, NaN where the truth has none.

    Raises
    ------
    ValueError
        If columns do not fit.
    """
    boxes, frames, labels, scores = _checked(detections, "detections", scored=True)
    true_boxes, true_frames, true_labels = _checked(truth, "truth", scored=False)
    each = {}
    for label in classes:
        mine, wanted = labels == label, true_labels == label
        own = Boxes(frames[mine], boxes[mine], labels[mine], scores[mine])
        right = match(own, Boxes(true_frames[wanted], true_boxes[wanted], true_labels[wanted]), threshold=threshold)
        each[label] = envelope_precision(right, own.scores, int(wanted.sum()))
    known = [ap for ap in each.values() if not np.isnan(ap)]
    return float(np.mean(known)) if known else float("nan"), each
