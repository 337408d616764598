"""The end-point error as a picture."""

import numpy as np
import pytest

from kinema.viz import error_map
from kinema.viz.cielab import to_lab
from kinema.viz.error_map import error_colors, error_scale


def field(errors):
    """(flow, truth) with the given errors, to the left and up."""
    errors = np.asarray(errors, float)
    truth = np.random.default_rng(0).normal(size=(2, *errors.shape))
    return truth - np.stack([0.6 * errors, 0.8 * errors]), truth


def test_colours_get_darker_all_the_way_in_equal_steps():
    lab = to_lab(error_colors() / 255.0)
    assert lab[0, 0] > 95 and lab[-1, 0] < 20
    steps = np.linalg.norm(np.diff(lab[::15], axis=0), axis=1)
    assert np.all(np.diff(lab[::5, 0]) < 0)  # every fifth: single levels are rounded to bytes
    # A chord across the path's sharpest corner, a turn of 75 degrees, is shorter by cos(37.5°) = 0.79; bytes add 5 %.
    assert steps.max() < 1.05 / 0.79 * steps.min()


def test_the_picture_is_pale_at_0_and_dark_from_max_error_on(put, dtype):
    flow, truth = (put(x, dtype) for x in field([[0, 1, 2], [4, 5, 400]]))
    picture = error_map(flow, truth, max_error=4.0)
    assert picture.dtype == np.uint8 and picture.shape == (2, 3, 3)
    scale = error_colors().tolist()
    assert picture[0, 0].tolist() == scale[0]
    assert picture[1].tolist() == [scale[255]] * 3
    assert scale.index(picture[0, 1].tolist()) == pytest.approx(64, abs=1)
    assert scale.index(picture[0, 2].tolist()) == pytest.approx(128, abs=1)


def test_unknown_pixels_are_grey(put):
    flow, truth = field(np.ones((3, 4)))
    flow[0, 1, 1], truth[1, 2, 3], flow[1, 0, 0] = np.nan, np.nan, np.inf
    picture = error_map(put(flow), put(truth), max_error=2)
    grey = np.all(picture == 128, axis=2)
    assert np.argwhere(grey).tolist() == [[0, 0], [1, 1], [2, 3]]


def test_one_wild_pixel_does_not_set_the_scale():
    errors = np.ones((20, 30))
    errors[3, 4] = 1000
    assert error_scale(errors) == 1
    assert error_map(*field(errors))[0, 0].tolist() == error_colors()[255].tolist()
    assert error_scale(np.zeros((2, 3))) == error_scale(np.full((2, 3), np.nan)) == 1


def test_a_field_without_error_or_knowledge_can_be_drawn():
    assert np.all(error_map(*field(np.zeros((3, 4)))) == error_colors()[0])
    assert np.all(error_map(*field(np.full((3, 4), np.nan))) == 128)


def test_what_fits_no_picture_is_refused():
    with pytest.raises(ValueError, match=r"expected \(2, H, W\) with u first"):
        error_map(np.zeros((4, 2, 3, 3)), np.zeros((4, 2, 3, 3)))
    with pytest.raises(ValueError, match="but truth has"):
        error_map(np.zeros((2, 3, 4)), np.zeros((2, 4, 3)))
    with pytest.raises(ValueError, match="max_error must be positive, got 0"):
        error_map(*field(np.ones((3, 4))), max_error=0)
