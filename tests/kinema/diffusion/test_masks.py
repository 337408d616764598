"""Tasks are masks, and what networks are trained on covers all of them."""

import numpy as np
import pytest

from kinema.diffusion.masks import TASKS, fdm_draw, mcvd_mask, ramvid_mask, task_mask


def test_the_four_tasks_are_four_masks():
    assert list(task_mask("unconditional", 5)) == [False] * 5
    assert list(task_mask("future", 5, 2)) == [True, True, False, False, False]
    assert list(task_mask("past", 5, 2)) == [False, False, False, True, True]
    assert list(task_mask("interpolation", 5, 3)) == [True, True, False, False, True]


@pytest.mark.parametrize("task", TASKS[1:])
@pytest.mark.parametrize("given", [2, 3, 6])
def test_as_many_frames_are_given_as_were_asked_for(task, given):
    mask = task_mask(task, 7, given)
    assert mask.sum() == given and mask.dtype == bool
    assert mask[0] == (task != "past") and mask[-1] == (task != "future")


@pytest.mark.parametrize(("task", "given"), [("future", 0), ("past", 7), ("interpolation", 1), ("unconditional", 1), ("middle", 2)])
def test_a_task_that_cannot_be_is_refused(task, given):
    with pytest.raises(ValueError, match="given|must be one of"):
        task_mask(task, 7, given)


@pytest.mark.parametrize("fill", [False, True])
def test_groups_of_frames_never_overflow_and_leave_something_to_make(fill):
    rng = np.random.default_rng(0)
    for length in (1, 5, 8, 48, 500):
        for _ in range(200):
            times, observed = fdm_draw(rng, 8, length, fill=fill)
            assert len(times) == min(8, length) if fill else 1 <= len(times) <= min(8, length)
            assert np.all(np.diff(times) > 0) and times[0] >= 0 and times[-1] < length
            assert not observed.all()


def test_groups_come_at_every_spacing_and_every_task_occurs():
    rng = np.random.default_rng(1)
    draws = [fdm_draw(rng, 8, 64) for _ in range(4000)]
    pairs = [d for d in draws if len(d.times) > 1]
    gaps = np.concatenate([np.diff(d.times) for d in pairs])
    assert (gaps == 1).mean() > 0.1 and (gaps >= 8).mean() > 0.1
    none = np.mean([not d.observed.any() for d in draws])
    assert 0.2 < none < 0.8
    future = [d for d in draws if d.observed.any() and d.times[d.observed].max() < d.times[~d.observed].min()]
    past = [d for d in draws if d.observed.any() and d.times[d.observed].min() > d.times[~d.observed].max()]
    assert len(future) > 100 and len(past) > 100 and abs(len(future) - len(past)) < 0.35 * len(future)


def test_past_and_future_are_dropped_by_themselves():
    rng = np.random.default_rng(2)
    masks = np.array([mcvd_mask(rng, 2, 3, 2) for _ in range(4000)])
    assert not masks[:, 2:5].any()
    past, future = masks[:, 0], masks[:, 6]
    assert np.array_equal(past, masks[:, 1]) and np.array_equal(future, masks[:, 5])
    table = [(a, b) for a in (False, True) for b in (False, True)]
    shares = [np.mean((past == a) & (future == b)) for a, b in table]
    assert np.allclose(shares, 0.25, atol=0.03)  # 0.007 is one standard error


def test_ramvid_gives_up_to_four_frames_anywhere_or_none():
    rng = np.random.default_rng(3)
    masks = np.array([ramvid_mask(rng, 10) for _ in range(8000)])
    counts = np.bincount(masks.sum(axis=1), minlength=5) / len(masks)
    assert counts[0] == pytest.approx(0.25, abs=0.02) and np.allclose(counts[1:5], 0.75 / 4, atol=0.02)
    assert np.allclose(masks.mean(axis=0), masks.mean(), atol=0.02)
    with pytest.raises(ValueError, match="leave a frame"):
        ramvid_mask(rng, 4, most=4)
