"""Angular error."""

import doctest

import numpy as np
import pytest

import kinema.metrics.endpoint
import kinema.metrics.outliers
from kinema.metrics import angular_error, mean_angular_error


def field(u, v, shape=(3, 4)):
    return np.stack([np.full(shape, float(u)), np.full(shape, float(v))])


@pytest.mark.parametrize(
    ("flow", "truth", "degrees"),
    [
        ((1, 0), (0, 0), 45),  # (1, 0, 1) and (0, 0, 1)
        ((0, -1), (0, 0), 45),
        ((1, 0), (0, 1), 60),  # cosine 1/2
        ((1, 0), (-1, 0), 90),
        ((3**0.5, 0), (0, 0), 60),
        ((2, -3), (-2, 3), np.degrees(np.arccos(-12 / 14))),
        ((9, 0), (10, 0), np.degrees(np.arctan(10) - np.arctan(9))),
    ],
)
def test_known_angles(put, get, dtype, rounding, flow, truth, degrees):
    angle = angular_error(put(field(*flow), dtype), put(field(*truth), dtype))
    np.testing.assert_allclose(get(angle), degrees, rtol=rounding)
    swapped = angular_error(put(field(*truth), dtype), put(field(*flow), dtype))
    np.testing.assert_allclose(get(swapped), degrees, rtol=rounding)


def test_it_is_the_angle_of_barron_and_others(put, get, dtype, rounding, same_kind):
    flow, truth = np.random.default_rng(0).normal(0, 3, (2, 5, 2, 3, 4))
    given = put(flow, dtype)
    angle = angular_error(given, put(truth, dtype))
    same_kind(angle, given)
    (u, v), (U, V) = np.moveaxis(flow, 1, 0), np.moveaxis(truth, 1, 0)
    cosine = (u * U + v * V + 1) / np.sqrt((u * u + v * v + 1) * (U * U + V * V + 1))
    np.testing.assert_allclose(get(angle), np.degrees(np.arccos(cosine)), rtol=rounding, atol=10 * rounding)
    mean = mean_angular_error(given, put(truth, dtype))
    assert isinstance(mean, float)
    assert mean == pytest.approx(np.degrees(np.arccos(cosine)).mean(), rel=rounding)


def test_the_truth_itself_has_an_angle_of_exactly_0(put, get, dtype):
    flow = np.random.default_rng(1).normal(size=(2, 30, 40)) * 10.0 ** np.arange(-20, 20)
    flow[:, 0] = 0
    assert np.all(get(angular_error(put(flow, dtype), put(flow, dtype))) == 0)


def test_small_angles_keep_their_digits(put, get, dtype, rounding):
    # About (0, 0, 1) the angle is the arc tangent of the error; an arc cosine would give 0 for all of these in float32.
    for error in (1e-4, 1e-6, 1e-12):
        angle = angular_error(put(field(0, -error), dtype), put(field(0, 0), dtype))
        np.testing.assert_allclose(get(angle), np.degrees(np.arctan(error)), rtol=rounding)


def test_huge_flows_do_not_overflow(put, get, dtype, rounding):
    for size in (1e15, 1e30):
        angle = angular_error(put(field(size, 0), dtype), put(field(size, -size), dtype))
        np.testing.assert_allclose(get(angle), 45, rtol=rounding)


def test_unknown_and_unsolved_pixels_are_left_out_and_valid_leaves_out_more(put, get):
    flow, truth = field(1, 0), field(0, 0)
    flow[:, 0, 0], truth[1, 1, 1], flow[0, 2, 2] = np.nan, np.nan, -1.0
    truth[0, 2, 2] = 1.0
    assert np.isnan(get(angular_error(put(flow), put(truth)))).sum() == 2
    assert mean_angular_error(put(flow), put(truth)) == pytest.approx((9 * 45 + 90) / 10)
    valid = np.zeros((3, 4), bool)
    valid[:, 0], valid[2, 2] = True, True  # (0, 0) is not solved
    assert mean_angular_error(put(flow), put(truth), put(valid)) == pytest.approx((2 * 45 + 90) / 3)
    assert np.isnan(mean_angular_error(put(flow), put(truth), put(np.zeros((3, 4), bool))))


def test_images_can_be_averaged_over(put):
    flow, truth = np.zeros((2, 2, 2, 3, 4))
    flow[0, 0], truth[0, :, 1:] = 1.0, np.nan
    assert mean_angular_error(put(flow), put(truth)) == pytest.approx(45 * 4 / 16)
    assert mean_angular_error(put(flow), put(truth), average="images") == pytest.approx(45 / 2)


def test_fields_that_do_not_fit_are_refused(put):
    for function in (angular_error, mean_angular_error):
        with pytest.raises(ValueError, match=r"flow has shape \(2, 3, 4\) but truth has \(2, 4, 3\)"):
            function(put(np.zeros((2, 3, 4))), put(np.zeros((2, 4, 3))))
        with pytest.raises(ValueError, match="truth has dtype .*: a flow is floating point"):
            function(put(np.zeros((2, 3, 4))), put(np.zeros((2, 3, 4), np.int64)))


def test_torch_differentiates_the_angle(gradcheck, gradients):
    gradcheck(angular_error, *np.random.default_rng(2).normal(size=(2, 2, 3, 4)))
    for slope in gradients(angular_error, field(1, -2), field(1, -2)):
        assert np.all(slope == 0)


@pytest.mark.parametrize("module", [kinema.metrics.endpoint, kinema.metrics.outliers])
def test_the_docstrings_examples_are_true(module):
    tried = doctest.testmod(module)
    assert tried.attempted >= 3 and tried.failed == 0
