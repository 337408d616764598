"""End-point error."""

import numpy as np
import pytest

from kinema.metrics import endpoint_error, epe


def field(u, v, shape=(3, 4)):
    return np.stack([np.full(shape, float(u)), np.full(shape, float(v))])


def test_an_error_of_3_right_and_4_down_is_5_pixels(put, get, dtype):
    flow, truth = put(field(2, -1), dtype), put(field(-1, -5), dtype)
    assert np.all(get(endpoint_error(flow, truth)) == 5)
    assert epe(flow, truth) == 5


def test_the_truth_itself_has_no_error(put, dtype):
    flow = put(np.random.default_rng(0).normal(size=(2, 3, 4)), dtype)
    assert epe(flow, flow) == 0


def test_the_error_is_the_mean_length_and_not_the_length_of_the_mean(put):
    flow = field(0, 0)
    flow[0, 0, 0], flow[0, 0, 1] = 6.0, -6.0
    assert epe(put(flow), put(field(0, 0))) == pytest.approx(12 / 12)


def test_the_error_equals_numpys_norm(put, get, dtype, rounding, same_kind):
    flow, truth = np.random.default_rng(1).normal(size=(2, 5, 2, 3, 4))
    given = put(flow, dtype)
    error = endpoint_error(given, put(truth, dtype))
    same_kind(error, given)
    np.testing.assert_allclose(get(error), np.linalg.norm(flow - truth, axis=1), rtol=10 * rounding)
    assert isinstance(epe(given, put(truth, dtype)), float)
    assert epe(given, put(truth, dtype)) == pytest.approx(
        np.linalg.norm(flow - truth, axis=1).mean(), rel=rounding * 10
    )


def test_unknown_and_unsolved_pixels_are_left_out(put, get):
    flow, truth = field(1, 0), field(0, 0)
    flow[:, 0, 0] = np.nan
    truth[1, 1, 1] = np.nan
    flow[0, 2, 2] = 11.0
    assert np.isnan(get(endpoint_error(put(flow), put(truth)))).sum() == 2
    assert epe(put(flow), put(truth)) == pytest.approx((9 * 1 + 11) / 10)


def test_valid_names_the_pixels_that_count(put):
    flow = field(1, 0)
    flow[0, 0, 0], flow[0, 0, 1] = 3.0, np.nan
    valid = np.zeros((3, 4), bool)
    valid[0, :3] = True
    assert epe(put(flow), put(field(0, 0)), put(valid)) == 2  # 3 and 1; the unsolved one is not counted


def test_no_pixel_to_count_gives_nan(put):
    assert np.isnan(epe(put(field(np.nan, 0)), put(field(0, 0))))
    assert np.isnan(epe(put(field(0, 0)), put(field(0, 0)), put(np.zeros((3, 4), bool))))


@pytest.mark.parametrize(
    "flow, truth, message",
    [
        ((2, 3, 4), (2, 4, 3), r"flow has shape \(2, 3, 4\) but truth has \(2, 4, 3\)"),
        ((3, 4), (3, 4), r"flow has shape \(3, 4\), expected \(..., 2, H, W\) with u first"),
        ((3, 4, 2), (3, 4, 2), r"flow has shape \(3, 4, 2\), expected"),
    ],
)
def test_fields_that_do_not_fit_are_refused(put, flow, truth, message):
    for function in (endpoint_error, epe):
        with pytest.raises(ValueError, match=message):
            function(put(np.zeros(flow)), put(np.zeros(truth)))


def test_torch_differentiates_the_error(gradcheck):
    gradcheck(endpoint_error, *np.random.default_rng(2).normal(size=(2, 2, 3, 4)))


def test_errors_whose_square_overflows_are_finite(put, get):
    flow, truth = put(field(3e20, -4e20), "float32"), put(field(0, 0), "float32")  # (5e20)² is above float32's 3.4e38
    np.testing.assert_allclose(get(endpoint_error(flow, truth)), 5e20, rtol=1e-6)
    assert epe(flow, truth) == pytest.approx(5e20, rel=1e-6)


def test_many_large_float32_errors_do_not_overflow_their_sum(put):
    assert epe(put(field(1e38, 0, (40, 50)), "float32"), put(field(0, 0, (40, 50)), "float32")) == pytest.approx(1e38)


def test_one_large_error_does_not_swallow_the_small_ones(put):
    # Beside 2**26, float32 cannot tell a sum that misses a thousand errors of 1.
    flow = field(1, 0, (25, 40))
    flow[0, 0, 0] = 2.0**26
    assert epe(put(flow, "float32"), put(field(0, 0, (25, 40)), "float32")) == (2**26 + 999) / 1000


def test_the_derivative_is_0_where_the_error_is(gradients):
    flow = field(0, 0)
    flow[:, 1, 1] = 3.0, -4.0
    (slope,) = gradients(lambda f: endpoint_error(f, f.detach() * 0), flow)
    np.testing.assert_allclose(slope[:, 1, 1], [0.6, -0.8], rtol=1e-12)  # rounding
    slope[:, 1, 1] = 0
    assert np.all(slope == 0)


def test_pixels_or_images_are_averaged_over_as_asked(put):
    flow, truth = np.zeros((2, 2, 2, 3, 4))  # two images
    flow[0, 0], truth[0, :, 1:] = 6.0, np.nan  # the first with 4 known pixels, all wrong; the second with 12, all right
    assert epe(put(flow), put(truth)) == 6 * 4 / 16
    assert epe(put(flow), put(truth), average="images") == 3
    truth[0] = np.nan  # an image of no known pixel takes no part
    assert epe(put(flow), put(truth), average="images") == 0


def test_only_these_two_averages_exist(put):
    with pytest.raises(ValueError, match="average must be one of 'pixels', 'images', got 'image'"):
        epe(put(field(1, 0)), put(field(0, 0)), average="image")


@pytest.mark.parametrize("valid", [np.ones((3, 4)), np.ones((4, 3), bool), np.ones((2, 3, 4), bool)])
def test_masks_that_do_not_fit_are_refused(put, valid):
    with pytest.raises(ValueError, match=r"valid has shape .*, expected booleans \(3, 4\)"):
        epe(put(field(1, 0)), put(field(0, 0)), put(valid))
