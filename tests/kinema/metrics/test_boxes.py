"""Overlap and frame-level average precision, against brute force and by hand."""

import numpy as np
import pytest
from kinema.metrics.boxes import Boxes, envelope_precision, frame_ap, iou, match


def test_overlap_by_hand():
    a = [[0, 0, 2, 2]]
    others = [[0, 0, 2, 2], [1, 0, 3, 2], [2, 0, 4, 2], [0.5, 0.5, 1.5, 1.5], [5, 5, 6, 6], [1, 1, 1, 1]]
    assert np.allclose(iou(a, others), [[1, 2 / 6, 0, 1 / 4, 0, 0]])
    assert iou([], others).shape == (0, 6)


def test_overlap_counted_in_cells():
    rng = np.random.default_rng(0)
    corners = np.sort(rng.integers(0, 12, (20, 2, 2)), axis=1).reshape(20, 4)
    y, x = np.mgrid[:12, :12]
    masks = [(x >= b[0]) & (x < b[2]) & (y >= b[1]) & (y < b[3]) for b in corners]
    for i, j in np.ndindex(20, 20):
        union = (masks[i] | masks[j]).sum()
        expected = (masks[i] & masks[j]).sum() / union if union else 0
        assert iou(corners[i : i + 1], corners[j : j + 1])[0, 0] == pytest.approx(expected)


def test_a_person_is_found_once():
    truth = Boxes(np.array([0]), np.array([[0, 0, 10, 10.0]]), np.array([1]))
    detections = Boxes(
        np.array([0, 0, 1]), np.array([[0, 0, 10, 9.0], [0, 0, 10, 10], [0, 0, 10, 10]]), np.ones(3, int), np.array([0.9, 0.8, 0.7])
    )
    assert match(detections, truth).tolist() == [True, False, False]


def test_the_higher_score_has_the_first_claim_and_a_poor_box_has_none():
    truth = Boxes(np.array([0, 0]), np.array([[0, 0, 10, 10.0], [20, 0, 30, 10]]), np.array([1, 1]))
    detections = Boxes(
        np.zeros(3, int), np.array([[0, 0, 10, 10.0], [0, 0, 10, 8], [20, 0, 30, 4]]), np.ones(3, int), np.array([0.2, 0.9, 0.8])
    )
    assert match(detections, truth).tolist() == [False, True, False]


def brute_force_ap(right, scores, count):
    """Mean over what is to be found of the best precision at that recall or above."""
    order = sorted(range(len(right)), key=lambda k: -scores[k])
    hits, points = 0, []
    for n, k in enumerate(order, 1):
        hits += bool(right[k])
        points.append((hits, hits / n))
    return sum(max((p for h, p in points if h >= wanted), default=0) for wanted in range(1, count + 1)) / count


@pytest.mark.parametrize("seed", range(5))
def test_the_area_under_the_envelope(seed):
    rng = np.random.default_rng(seed)
    scores, right = rng.random(30), rng.random(30) < 0.5
    count = int(right.sum()) + 3
    assert envelope_precision(right, scores, count) == pytest.approx(brute_force_ap(right, scores, count))


def test_nothing_found_and_nothing_to_find():
    assert envelope_precision(np.zeros(0, bool), np.zeros(0), 4) == 0
    assert np.isnan(envelope_precision(np.zeros(2, bool), np.zeros(2), 0))


def random_boxes(rng, count, frames, classes, scored):
    corners = rng.uniform(0, 8, (count, 2))
    boxes = np.concatenate([corners, corners + rng.uniform(1, 5, (count, 2))], axis=1)
    scores = rng.permutation(count) / count if scored else None
    return Boxes(rng.integers(0, frames, count), boxes, rng.integers(1, classes + 1, count), scores)


def brute_force_frame_ap(detections, truth, label, threshold):
    """One class, with loops."""
    rows = [k for k in np.argsort(-detections.scores) if detections.labels[k] == label]
    wanted = [k for k in range(len(truth.labels)) if truth.labels[k] == label]
    found, right = set(), []
    for k in rows:
        here = [w for w in wanted if truth.frames[w] == detections.frames[k]]
        overlaps = [iou(detections.boxes[k][None], truth.boxes[w][None])[0, 0] for w in here]
        best = here[int(np.argmax(overlaps))] if here else None
        hit = best is not None and max(overlaps) >= threshold and best not in found
        found |= {best} if hit else set()
        right.append(hit)
    return brute_force_ap(right, -np.arange(len(right)), len(wanted)) if wanted else float("nan")


@pytest.mark.parametrize("seed", range(4))
def test_frame_ap_is_what_loops_give(seed):
    rng = np.random.default_rng(seed)
    truth = random_boxes(rng, 40, 6, 3, scored=False)
    near = Boxes(truth.frames, truth.boxes + rng.normal(0, 0.4, (40, 1)), truth.labels, rng.random(40))
    extra = random_boxes(rng, 40, 7, 4, scored=True)
    detections = Boxes(*(np.concatenate(pair) for pair in zip(near, extra, strict=True)))
    mean, each = frame_ap(detections, truth, [1, 2, 3, 4])
    for label in (1, 2, 3):
        assert each[label] == pytest.approx(brute_force_frame_ap(detections, truth, label, 0.5))
    assert np.isnan(each[4]) and mean == pytest.approx(np.mean([each[1], each[2], each[3]]))
    assert 0.05 < mean < 0.95


def test_several_labels_of_one_person_are_several_boxes():
    box = [[0, 0, 4, 4.0]] * 2
    truth = Boxes(np.zeros(2, int), np.array(box), np.array([1, 2]))
    detections = Boxes(np.zeros(2, int), np.array(box), np.array([1, 3]), np.array([0.9, 0.9]))
    mean, each = frame_ap(detections, truth, [1, 2, 3])
    assert each[1] == 1 and each[2] == 0 and np.isnan(each[3]) and mean == 0.5


def test_widths_taken_for_corners_are_refused():
    with pytest.raises(ValueError, match="widths and heights"):
        iou([[5, 5, 2, 2]], [[0, 0, 1, 1]])
    good = Boxes(np.zeros(1, int), np.array([[0, 0, 1, 1.0]]), np.ones(1, int), np.ones(1))
    with pytest.raises(ValueError, match="column of shape"):
        match(good._replace(frames=np.zeros(2, int)), good)
    with pytest.raises(ValueError, match="NaN"):
        match(good._replace(scores=np.array([np.nan])), good)
