"""Colours by how different they look."""

import numpy as np
import pytest

from kinema.viz.cielab import even_path, from_lab, to_lab

COLORS = np.random.default_rng(0).uniform(0, 1, (50, 3))


def test_white_black_and_red_have_their_published_coordinates():
    np.testing.assert_allclose(to_lab([1, 1, 1]), [100, 0, 0], atol=1e-9)
    np.testing.assert_allclose(to_lab([0, 0, 0]), [0, 0, 0], atol=1e-9)
    np.testing.assert_allclose(to_lab([1, 0, 0]), [53.24, 80.09, 67.20], atol=0.01)  # to the digits printed


def test_it_agrees_with_scikit_image():
    color = pytest.importorskip("skimage.color", reason="scikit-image is not installed")
    # Its matrix and white point have fewer digits.
    np.testing.assert_allclose(to_lab(COLORS), color.rgb2lab(COLORS), atol=0.01)


def test_there_and_back():
    np.testing.assert_allclose(from_lab(to_lab(COLORS)), COLORS, atol=1e-9)
    dark = COLORS / 30  # on the straight parts of both curves
    np.testing.assert_allclose(from_lab(to_lab(dark)), dark, atol=1e-9)


def test_colours_that_cannot_be_shown_are_clipped():
    assert np.all((from_lab([[50, 120, -120], [90, -100, 90]]) >= 0) & (from_lab([[50, 120, -120], [90, -100, 90]]) <= 1))


def test_a_path_goes_through_its_corners_in_equal_steps():
    corners = [[90, 0, 10], [60, 30, 40], [30, 30, 0]]
    path = to_lab(even_path(corners, 201))
    np.testing.assert_allclose(path[[0, -1]], [corners[0], corners[-1]], atol=1e-6)
    assert np.linalg.norm(path - corners[1], axis=1).min() < 0.3  # half a step
    steps = np.linalg.norm(np.diff(path, axis=0), axis=1)
    assert np.median(steps) == pytest.approx(steps.max(), rel=1e-6)
