"""Top-k, views, confusion and average precision, against scikit-learn and by hand."""

from itertools import permutations

import numpy as np
import pytest
from kinema.metrics.ranking import (
    average_precision, average_views, confusion, mean_average_precision, precision_recall, top_k,
)  # fmt: skip
from sklearn import metrics


def scores_and_labels(seed, rows=40, classes=7, levels=None):
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=(rows, classes))
    return (np.round(scores * levels) / levels if levels else scores), rng.integers(0, classes, rows)


@pytest.mark.parametrize("k", [1, 2, 5])
def test_top_k_is_scikit_learns_where_nothing_is_tied(k):
    scores, labels = scores_and_labels(k)
    assert top_k(scores, labels, k) == pytest.approx(metrics.top_k_accuracy_score(labels, scores, k=k, labels=range(7)))


@pytest.mark.parametrize("k", [1, 2, 3])
def test_tied_classes_share_the_places_that_are_left(k):
    # scikit-learn takes tied classes by their number: the mean over all numberings is what chance would do.
    scores, labels = scores_and_labels(3, rows=12, classes=4, levels=1)
    orders = list(permutations(range(4)))
    places = [np.argsort(order) for order in orders]
    mean = np.mean([
        metrics.top_k_accuracy_score(place[labels], scores[:, order], k=k, labels=range(4))
        for order, place in zip(orders, places, strict=True)
    ])  # fmt: skip
    assert top_k(scores, labels, k) == pytest.approx(mean)


def test_equal_scores_everywhere_are_chance():
    assert top_k(np.zeros((10, 5)), np.zeros(10, int)) == pytest.approx(0.2)
    assert np.isnan(top_k(np.zeros((0, 5)), np.zeros(0, int)))


def test_views_of_a_video_are_averaged_whatever_their_order_and_number():
    scores = np.array([[0.2, 0.8], [1.0, 0.0], [0.4, 0.6], [0.9, 0.1]])
    mean, videos = average_views(scores, np.array(["b", "a", "b", "b"]))
    assert list(videos) == ["a", "b"]
    assert np.allclose(mean, [[1, 0], [0.5, 0.5]])


def test_averages_and_votes_differ():
    # Two views lean a little to 1, one is sure of 0.
    scores = np.array([[0.45, 0.55], [0.45, 0.55], [1.0, 0.0]])
    mean, _ = average_views(scores, np.zeros(3, int))
    assert mean[0].argmax() == 0 and np.bincount(scores.argmax(axis=1)).argmax() == 1


def test_confusion_is_scikit_learns():
    rng = np.random.default_rng(0)
    labels, verdicts = rng.integers(0, 5, (2, 60))
    assert np.array_equal(confusion(labels, verdicts, 6), metrics.confusion_matrix(labels, verdicts, labels=range(6)))


@pytest.mark.parametrize("levels", [None, 2, 1])
@pytest.mark.parametrize("seed", range(4))
def test_average_precision_is_scikit_learns_ties_and_all(seed, levels):
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=50)
    scores = np.round(scores * levels) / levels if levels else scores
    positive = rng.random(50) < 0.3
    assert average_precision(scores, positive) == pytest.approx(metrics.average_precision_score(positive, scores))


@pytest.mark.parametrize("seed", range(3))
def test_the_curve_is_scikit_learns(seed):
    rng = np.random.default_rng(seed)
    scores, positive = np.round(rng.normal(size=40), 1), rng.random(40) < 0.4
    precision, recall, thresholds = precision_recall(scores, positive)
    theirs = metrics.precision_recall_curve(positive, scores)
    assert np.allclose(precision[::-1], theirs[0][:-1])
    assert np.allclose(recall[::-1], theirs[1][:-1])
    assert np.allclose(thresholds[::-1], theirs[2])


def test_precision_by_hand():
    # Right, wrong, right: precision 1 at recall 1/2, 2/3 at recall 1.
    assert average_precision(np.array([0.9, 0.8, 0.7]), np.array([True, False, True])) == pytest.approx((1 + 2 / 3) / 2)


def test_classes_without_a_positive_are_left_out():
    scores = np.random.default_rng(0).normal(size=(30, 4))
    positive = np.zeros((30, 4), bool)
    positive[::3, 0], positive[1::5, 2] = True, True
    mean, each = mean_average_precision(scores, positive)
    assert np.isnan(each[[1, 3]]).all()
    theirs = [metrics.average_precision_score(positive[:, k], scores[:, k]) for k in (0, 2)]
    assert np.allclose(each[[0, 2]], theirs) and mean == pytest.approx(np.mean(theirs))
    assert np.isnan(mean_average_precision(scores, np.zeros((30, 4), bool))[0])


def test_each_class_may_be_rescaled_by_itself():
    rng = np.random.default_rng(1)
    scores, positive = rng.normal(size=(40, 3)), rng.random((40, 3)) < 0.4
    stretched = np.exp(scores * np.array([1.0, 3.0, 0.2])) + np.array([0.0, 7.0, -3.0])
    assert mean_average_precision(stretched, positive)[0] == pytest.approx(mean_average_precision(scores, positive)[0])
    # Not so by a softmax over classes: it compares within a row.
    softmax = np.exp(3 * scores) / np.exp(3 * scores).sum(axis=1, keepdims=True)
    assert abs(mean_average_precision(softmax, positive)[0] - mean_average_precision(scores, positive)[0]) > 1e-3


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: top_k(np.zeros(3), np.zeros(3, int)), "must be (N, classes)"),
        (lambda: top_k(np.full((2, 3), np.nan), np.zeros(2, int)), "NaN"),
        (lambda: top_k(np.zeros((2, 3)), np.array([0, 3])), "0 to 2"),
        (lambda: top_k(np.zeros((2, 3)), np.array([0.0, 1.0])), "whole numbers"),
        (lambda: top_k(np.zeros((2, 3)), np.zeros(2, int), 4), "always right"),
        (lambda: average_views(np.zeros((2, 3)), np.zeros(3, int)), "each of 2 rows"),
        (lambda: mean_average_precision(np.zeros((2, 3)), np.zeros((2, 2), bool)), "(2, 3)"),
        (lambda: average_precision(np.zeros(3), np.zeros(2, bool)), "3 booleans"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(call, words):
    with pytest.raises(ValueError) as caught:
        call()
    assert words in str(caught.value)
