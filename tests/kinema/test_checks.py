"""What is refused, in which words, and what passes."""

import numpy as np
import pytest

from kinema.checks import (
    check_choice,
    check_count,
    check_finite,
    check_frame,
    check_pair,
    check_same_shape,
    check_window,
)


@pytest.mark.parametrize("window", [1, 3, 15])
def test_odd_windows_pass(window):
    assert check_window(window) == window


@pytest.mark.parametrize("window", [0, 2, -1, 3.0, "3", None, True])
def test_other_windows_are_refused_under_their_name(window):
    with pytest.raises(ValueError, match=f"patch must be an odd positive integer such as 5, got {window!r}"):
        check_window(window, "patch")


def test_counts_are_positive_integers():
    assert check_count(3, "levels") == 3
    assert check_count(np.int64(1), "levels") == 1
    for bad in (0, -1, 2.0, "3", None, True, float("nan"), [3]):
        with pytest.raises(ValueError, match=r"levels must be a positive integer, got "):
            check_count(bad, "levels")


def test_a_choice_outside_the_list_shows_the_list():
    assert check_choice("b", ("a", "b"), "letter") == "b"
    with pytest.raises(ValueError, match="letter must be one of 'a', 'b', got 'c'"):
        check_choice("c", ("a", "b"), "letter")


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_one_bad_pixel_is_refused(put, bad):
    field = np.zeros((3, 4))
    check_finite(put(field), "field")
    field[2, 3] = bad
    with pytest.raises(ValueError, match="field contains NaN or infinity"):
        check_finite(put(field), "field")


def test_a_frame_comes_back_as_brightness(put, get, xp):
    frame = check_frame(put(np.full((2, 3), 255, "uint8")), "frame")
    assert frame.dtype == xp.float32
    assert np.all(get(frame) == 1)


@pytest.mark.parametrize("channel_axis", [0, 1, 2, 3, -1, -2, -3, -4])
def test_the_named_colour_axis_comes_to_the_front(put, get, channel_axis):
    colour = np.random.default_rng(0).uniform(size=(3, 2, 5, 6))
    moved = check_frame(put(np.moveaxis(colour, 0, channel_axis)), "frame", channel_axis=channel_axis)
    assert np.array_equal(get(moved), colour)


@pytest.mark.parametrize(
    "shape, options, message",
    [
        ((4,), {}, r"frame has shape \(4,\): a gray frame needs \(..., H, W\)"),
        ((4, 5), {"channel_axis": 0}, "frame has shape .*a colour frame needs H, W and a colour axis"),
        ((5, 6, 3), {}, "frame .*looks like colour in the last axis: name it with channel_axis=-1"),
        ((5, 6, 4), {}, "looks like colour"),
        ((5, 6, 3), {"channel_axis": 3}, "channel_axis=3 does not exist in frame"),
        ((5, 6, 3), {"channel_axis": -4}, "channel_axis=-4 does not exist in frame"),
        ((0, 5), {}, "frame is empty"),
        ((0, 5, 6), {}, "frame is empty"),
        ((1, 5), {}, "frame is 1 x 5 pixels, but at least 2 x 2 are needed"),
        ((5, 1), {}, "frame is 5 x 1 pixels"),
        ((6, 7), {"min_size": 7}, "frame is 6 x 7 pixels, but at least 7 x 7"),
    ],
)
def test_frames_of_the_wrong_shape_are_refused(put, shape, options, message):
    with pytest.raises(ValueError, match=message):
        check_frame(put(np.zeros(shape)), "frame", **options)


@pytest.mark.parametrize("shape", [(2, 2), (7, 3), (3, 4), (5, 6, 7), (2, 4, 3)])
def test_gray_frames_and_batches_pass(put, shape):
    assert tuple(check_frame(put(np.zeros(shape)), "frame").shape) == shape


def test_a_frame_of_exactly_the_least_size_passes(put):
    check_frame(put(np.zeros((7, 7))), "frame", min_size=7)


def test_a_pair_must_agree_in_shape_and_dtype_and_says_which_is_wrong(put):
    gray = put(np.zeros((3, 4)))
    with pytest.raises(ValueError, match=r"I0 has shape \(3, 4\) and I1 has shape \(4, 3\): the two frames must agree"):
        check_pair(gray, put(np.zeros((4, 3))))
    with pytest.raises(ValueError, match="I0 has dtype .*float64 and I1 has dtype .*uint8: convert one"):
        check_pair(gray, put(np.zeros((3, 4), "uint8")))
    with pytest.raises(ValueError, match="I1 contains NaN"):
        check_pair(gray, put(np.full((3, 4), np.nan)))


def test_same_shape_returns_its_arguments_in_order(put):
    a, b = put(np.ones(3)), put(np.zeros(3))
    first, second = check_same_shape(a=a, b=b)
    assert first is a
    assert second is b


def test_same_shape_names_the_odd_one_out(put):
    a = put(np.ones((2, 3)))
    with pytest.raises(ValueError, match=r"Jyy has shape \(3,\) but Jxx has shape \(2, 3\): they must agree"):
        check_same_shape(Jxx=a, Jxy=a, Jyy=put(np.ones(3)))
    with pytest.raises(ValueError, match="It has dtype .*int64: derivatives are floating point"):
        check_same_shape(Ix=a, It=put(np.ones((2, 3), "int64")))
