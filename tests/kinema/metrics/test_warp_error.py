"""Warp error: what moves smoothly scores well, and given frames do not count."""

import numpy as np
import pytest

from kinema.data import load_clip
from kinema.metrics import warp_error

F, H, W = 6, 40, 48


def moving(speed=(1.5, -0.75), colour=False):
    """A texture that moves by a constant flow, drawn from its formula: no interpolation in it."""
    x, y = np.meshgrid(np.arange(W, dtype=float), np.arange(H, dtype=float))
    frames = np.stack([wave(x - speed[0] * f, y - speed[1] * f) for f in range(F)])
    return np.stack([frames, frames**2, 1 - frames], axis=-1) if colour else frames


def wave(x, y):
    return 0.5 + 0.12 * (np.sin(0.5 * x + 0.2 * y) + np.sin(-0.2 * x + 0.45 * y + 1) + np.sin(0.3 * x - 0.35 * y + 2))


@pytest.mark.parametrize("colour", [False, True])
def test_a_smooth_motion_beats_the_same_frames_shuffled(put, colour):
    video = moving(colour=colour)
    smooth, each = warp_error(put(video))
    shuffled, _ = warp_error(put(video[[3, 0, 5, 1, 4, 2]]))
    assert each.shape == (F - 1,) and smooth == pytest.approx(each.mean())
    assert smooth < 0.01 and shuffled > 4 * smooth


def test_a_real_clip_beats_its_frames_shuffled_and_without_motion_estimated():
    video = load_clip("city", stop=8).frames
    smooth, _ = warp_error(video)
    shuffled, _ = warp_error(video[[4, 0, 6, 2, 7, 1, 5, 3]])
    still, _ = warp_error(video, estimate=lambda I0, I1: np.zeros((2, *I0.shape), I0.dtype))
    assert smooth < 0.8 * shuffled and smooth < still


def test_a_clip_that_stands_still_has_no_error(put):
    assert warp_error(put(np.repeat(moving()[:1], 3, axis=0)))[0] == 0


def test_one_bad_frame_raises_the_error_of_its_two_pairs():
    video = moving()
    _, good = warp_error(video)
    video[3] = np.clip(video[3] + np.random.default_rng(0).normal(0, 0.2, (H, W)), 0, 1)
    mean, each = warp_error(video)
    assert np.all(each[[2, 3]] > 10 * good[[2, 3]]) and np.array_equal(each[[0, 1, 4]], good[[0, 1, 4]])
    assert mean > 5 * good.mean()


def test_pairs_of_given_frames_do_not_count(put):
    video = moving()
    _, every = warp_error(put(video), observed=None)
    mean, each = warp_error(put(video), observed=np.array([0, 1, 2, 5]))
    assert np.isnan(each[:2]).all() and np.array_equal(each[2:], every[2:])  # 2 with 3 and 4 with 5 count
    assert mean == pytest.approx(every[2:].mean())
    video[0] = np.random.default_rng(0).uniform(size=(H, W))  # a bad given frame is not the generator's fault
    assert warp_error(put(video), observed=[0, 1, 2, 5])[0] == pytest.approx(mean)
    nothing, each = warp_error(put(video), observed=range(F))
    assert np.isnan(nothing) and np.isnan(each).all()


def test_pixels_that_leave_the_frame_are_left_out(put, xp):
    # Brightness x / W, moved 3 px to the right each frame: all that stays in the frame is found exactly, all else is not.
    x = np.broadcast_to(np.arange(W), (H, W)) / (2 * W)
    video = put(np.stack([x + 0.25, x + 0.25 - 3 / (2 * W)]))
    flow = np.zeros((2, H, W))
    flow[0] = 3
    assert warp_error(video, estimate=lambda I0, I1: put(flow))[0] < 1e-12
    assert np.isnan(warp_error(video, estimate=lambda I0, I1: put(flow * W))[0])


def test_the_error_is_the_mean_absolute_difference_where_nothing_moves(put):
    video = np.random.default_rng(1).uniform(size=(3, H, W, 3))
    still = put(np.zeros((2, H, W)))
    _, each = warp_error(put(video), estimate=lambda I0, I1: still)
    assert np.allclose(each, np.abs(np.diff(video, axis=0)).mean(axis=(1, 2, 3)), rtol=1e-12)


def test_integers_are_scaled_before_they_are_subtracted():
    video = (moving() * 255).round().astype(np.uint8)
    assert warp_error(video)[0] == pytest.approx(warp_error(video / np.float32(255))[0], rel=1e-4)


@pytest.mark.parametrize(
    "video, observed, words",
    [
        (np.zeros((H, W)), (), r"expected \(F, H, W\)"),
        (np.zeros((H, W, 3)), (), "looks like one colour frame"),
        (np.zeros((3, 3, H, W)), (), "colours last"),
        (np.zeros((1, H, W)), (), "video has 1 frames"),
        (moving() * 2 - 1, (), r"frame 0 has values from -.*: bring the video to \[0, 1\]"),
        (np.full((2, H, W), np.nan), (), "frame 0 contains NaN"),
        (moving(), [6], "observed names 6, but the video has frames 0 to 5"),
        (moving(), [-1], "observed names -1"),
        (moving(), np.ones(F, bool), "observed names np.True_"),
        (moving(), 3, r"for the first n, range\(n\)"),
    ],
)
def test_what_cannot_be_judged_is_refused(video, observed, words):
    with pytest.raises(ValueError, match=words):
        warp_error(video, observed=observed)
