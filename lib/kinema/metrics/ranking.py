"""Scores and labels of whole videos: top-k accuracy, views averaged into a verdict, confusion, average precision.

Scores are arrays ``(N, classes)``, one row for each clip or video. All is computed in numpy and float64; tensors are taken too.
"""

import numpy as np

from kinema.arrays import to_numpy
from kinema.checks import check_count


def _scores(scores, name="scores"):
    scores = np.asarray(to_numpy(scores), np.float64)
    if scores.ndim != 2 or not scores.shape[1]:
        raise ValueError(f"{name} must be (N, classes), got shape {scores.shape}")
    if np.isnan(scores).any():
        raise ValueError(f"{name} hold NaN in row {int(np.argwhere(np.isnan(scores))[0, 0])}: a ranking has no place for it")
    return scores


def _labels(labels, count, classes, name="labels"):
    labels = np.asarray(to_numpy(labels))
    if labels.shape != (count,) or labels.dtype.kind not in "iu":
        raise ValueError(f"{name} must be {count} whole numbers, one for each row, got {labels.dtype} of shape {labels.shape}")
    if count and not (labels.min() >= 0 and labels.max() < classes):
        raise ValueError(f"{name} must lie in 0 to {classes - 1}, got {labels.min()} to {labels.max()}")
    return labels


def top_k(scores, labels, k=1):
    """Share of rows whose label is among the k highest scores.

    Parameters
    ----------
    scores : array, shape (N, classes)
    labels : array of int, shape (N,)
    k : int

    Returns
    -------
    float
        0 to 1; NaN of no rows. Where classes are tied for the last of the k places, a label among them counts with its
        chance of getting one.

    Raises
    ------
    ValueError
        If shapes do not fit, a score is NaN, a label is no class, or k exceeds the number of classes.
    """
    scores = _scores(scores)
    labels = _labels(labels, *scores.shape)
    if check_count(k, "k") > scores.shape[1]:
        raise ValueError(f"k = {k} of {scores.shape[1]} classes is always right")
    own = np.take_along_axis(scores, labels[:, None], axis=1)
    above, level = (scores > own).sum(axis=1), (scores == own).sum(axis=1)
    return float(np.clip((k - above) / level, 0, 1).mean()) if len(labels) else float("nan")


def average_views(scores, views):
    """Verdicts of videos from those of their clips and crops: the mean of each video's rows.

    Parameters
    ----------
    scores : array, shape (N, classes)
        Of views; probabilities, if those are to be averaged.
    views : array of int or str, shape (N,)
        Which video each row belongs to.

    Returns
    -------
    mean : array, shape (videos, classes)
    videos : array, shape (videos,)
        Their names, sorted.

    Raises
    ------
    ValueError
        If shapes do not fit.
    """
    scores, views = _scores(scores), np.asarray(to_numpy(views))
    if views.shape != scores.shape[:1]:
        raise ValueError(f"views must name a video for each of {len(scores)} rows, got shape {views.shape}")
    videos, index = np.unique(views, return_inverse=True)
    total = np.zeros((len(videos), scores.shape[1]))
    np.add.at(total, index, scores)
    return total / np.bincount(index, minlength=len(videos))[:, None], videos


def confusion(labels, verdicts, classes):
    """How often each class was taken for each: rows are true classes, columns verdicts.

    Parameters
    ----------
    labels, verdicts : array of int, shape (N,)
    classes : int

    Returns
    -------
    array of int, shape (classes, classes)

    Raises
    ------
    ValueError
        If shapes do not fit, or a number is no class.
    """
    labels = _labels(labels, np.shape(labels)[0] if np.ndim(labels) else 0, classes)
    verdicts = _labels(verdicts, len(labels), classes, "verdicts")
    return np.bincount(labels * classes + verdicts, minlength=classes**2).reshape(classes, classes)


def precision_recall(scores, positive):
    """Precision and recall as the threshold sinks through the scores.

    Parameters
    ----------
    scores : array, shape (N,)
    positive : array of bool, shape (N,)

    Returns
    -------
    precision, recall, thresholds : arrays, shape (distinct scores,)
        Of "positive from this threshold on", highest first. Rows of one score come in together. Recall is NaN where no
        row is positive.

    Raises
    ------
    ValueError
        If shapes do not fit or a score is NaN.
    """
    scores = _scores(np.asarray(to_numpy(scores))[:, None])[:, 0]
    positive = np.asarray(to_numpy(positive)).astype(bool)
    if positive.shape != scores.shape:
        raise ValueError(f"positive must be {len(scores)} booleans, got shape {positive.shape}")
    order = np.argsort(-scores, kind="stable")
    scores, positive = scores[order], positive[order]
    last = np.flatnonzero(np.append(scores[:-1] != scores[1:], True)) if len(scores) else np.zeros(0, int)
    hits = np.cumsum(positive)[last]
    with np.errstate(invalid="ignore"):
        return hits / (last + 1), hits / positive.sum(), scores[last]


def average_precision(scores, positive):
    """Mean precision over the positive rows, each counted where the ranking reaches it: sum (R_n - R_{n-1}) P_n.

    Parameters
    ----------
    scores : array, shape (N,)
    positive : array of bool, shape (N,)

    Returns
    -------
    float
        0 to 1; NaN where nothing is positive. Rows of one score are reached together.

    Raises
    ------
    ValueError
        As `precision_recall`.
    """
    precision, recall, _ = precision_recall(scores, positive)
    return float((np.diff(recall, prepend=0) * precision).sum()) if len(recall) else float("nan")


def mean_average_precision(scores, positive):
    """Mean over classes of the average precision, as on Charades: rows are ranked within each class, across videos.

    Parameters
    ----------
    scores : array, shape (N, classes)
    positive : array of bool, shape (N, classes)
        Several may hold in one row, or none.

    Returns
    -------
    mean : float
        Over the classes that have a positive row; NaN where none has.
    each : array, shape (classes,)
        NaN for classes without a positive row, which the mean leaves out.

    Raises
    ------
    ValueError
        If shapes do not fit or a score is NaN.
    """
    scores, positive = _scores(scores), np.asarray(to_numpy(positive)).astype(bool)
    if positive.shape != scores.shape:
        raise ValueError(f"positive must be {scores.shape} as scores are, got shape {positive.shape}")
    each = np.array([average_precision(s, p) for s, p in zip(scores.T, positive.T, strict=True)])
    known = ~np.isnan(each)
    return float(each[known].mean()) if known.any() else float("nan"), each
