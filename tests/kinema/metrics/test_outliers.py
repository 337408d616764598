"""Outlier rates."""

import numpy as np
import pytest

from kinema.metrics import fl_all, outlier_rate


def field(u, v, shape=(3, 4)):
    return np.stack([np.full(shape, float(u)), np.full(shape, float(v))])


def one_pixel(error, speed):
    """(flow, truth) of one pixel that errs to the left, while the truth goes down."""
    return np.array([-error, speed]).reshape(2, 1, 1), np.array([0.0, speed]).reshape(2, 1, 1)


@pytest.mark.parametrize("percent", [4, 6])
@pytest.mark.parametrize("error", [2.75, 3.0, 3.25])
def test_an_outlier_is_off_by_more_than_3_pixels_and_5_percent(put, dtype, error, percent):
    flow, truth = (put(x, dtype) for x in one_pixel(error, 100 * error / percent))
    assert fl_all(flow, truth) == (100 if error > 3 and percent > 5 else 0)
    assert outlier_rate(flow, truth) == (100 if error > 3 else 0)
    assert outlier_rate(flow, truth, threshold=0, relative=0.05) == (100 if percent > 5 else 0)


def test_exactly_5_percent_is_an_inlier(put, dtype):
    assert fl_all(*(put(x, dtype) for x in one_pixel(5.0, 100.0))) == 0
    assert fl_all(*(put(x, dtype) for x in one_pixel(5.001, 100.0))) == 100


def test_the_rates_of_exponential_errors_are_those_of_the_integral(put, dtype):
    # Errors of mean 2.5 px, true speeds uniform up to 120 px: P(e > 3) = exp(-6/5), and so on.
    rng = np.random.default_rng(0)
    error, speed, angle, turn = rng.exponential(2.5, (400, 500)), *rng.uniform(0, 1, (3, 400, 500))
    truth = 120 * speed * np.stack([np.cos(2 * np.pi * angle), np.sin(2 * np.pi * angle)])
    flow = put(truth + error * np.stack([np.cos(2 * np.pi * turn), np.sin(2 * np.pi * turn)]), dtype)
    truth = put(truth, dtype)
    e, E = np.exp(-6 / 5), np.exp(-12 / 5)
    three, five = e, 5 / 12 * (1 - E)
    both = e / 2 + 5 / 12 * (e - E)
    # Three standard deviations of a share of 200,000 pixels are 0.34 %.
    assert outlier_rate(flow, truth) == pytest.approx(100 * three, abs=0.34)
    assert outlier_rate(flow, truth, threshold=0, relative=0.05) == pytest.approx(100 * five, abs=0.34)
    assert fl_all(flow, truth) == pytest.approx(100 * both, abs=0.34)
    assert (round(100 * three, 1), round(100 * five, 1), round(100 * both, 1)) == (30.1, 37.9, 23.8)


def test_pixels_of_unknown_truth_count_nowhere(put):
    flow, truth = field(10, 0), field(0, 0)
    flow[0, 0] = 0.0
    truth[1, 2] = np.nan
    assert fl_all(put(flow), put(truth)) == outlier_rate(put(flow), put(truth)) == 50
    flow[:, 2] = np.nan
    assert fl_all(put(flow), put(truth), unsolved="outlier") == 50


def test_unsolved_pixels_are_skipped_or_count_as_wrong_as_asked(put):
    flow, truth = field(10, 0), field(0, 0)
    flow[0, 0], flow[1, 1] = 0.0, np.nan
    for rate in (fl_all, outlier_rate):
        assert rate(put(flow), put(truth)) == 50
        assert rate(put(flow), put(truth), unsolved="outlier") == pytest.approx(100 * 2 / 3)


def test_valid_names_the_pixels_that_count_even_if_others_are_nan(put):
    flow, truth = field(10, 0), field(0, 0)
    flow[0, 0, 0], flow[0, 0, 1], truth[0, 0, 2], truth[1, 2, 3] = 0.0, np.nan, np.nan, np.nan
    valid = np.zeros((3, 4), bool)
    valid[0] = True
    # Of the first row: right, unsolved, unknown, wrong.
    assert fl_all(put(flow), put(truth), put(valid)) == 50
    assert outlier_rate(put(flow), put(truth), put(valid)) == 50
    assert fl_all(put(flow), put(truth), put(valid), unsolved="outlier") == pytest.approx(100 * 2 / 3)
    assert np.isnan(fl_all(put(flow), put(truth), put(np.zeros((3, 4), bool))))


def test_pixels_are_pooled_unless_images_are_asked_for(put):
    flow, truth = np.zeros((2, 2, 2, 3, 4))
    flow[0, 0], truth[0, :, 1:] = 9.0, np.nan  # 4 known pixels, all wrong, and 12, all right
    assert fl_all(put(flow), put(truth)) == 25
    assert fl_all(put(flow), put(truth), average="images") == 50


def test_other_thresholds_make_other_benchmarks_rates(put):
    flow = field(0, 0, (1, 4))
    flow[0, 0] = [0.4, 0.75, 1.5, -2.5]
    truth = field(0, 0, (1, 4))
    assert [outlier_rate(put(flow), put(truth), threshold=t) for t in (0.5, 1, 2)] == [75, 50, 25]


def test_large_truth_and_errors_do_not_overflow(put):
    flow, truth = put(field(2e20, 0), "float32"), put(field(2e20, 1e20), "float32")
    assert fl_all(flow, truth) == 100
    assert outlier_rate(flow, truth, relative=0.5) == 0  # 1 / sqrt(5) of the speed


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"threshold": -1}, "must not be negative, got -1 and None"),
        ({"threshold": float("nan")}, "must not be negative"),
        ({"relative": -0.05}, "must not be negative, got 3.0 and -0.05"),
        ({"unsolved": "wrong"}, "unsolved must be one of 'skip', 'outlier', got 'wrong'"),
        ({"average": "all"}, "average must be one of"),
        ({"valid": np.ones((3, 4))}, "expected booleans"),
    ],
)
def test_options_that_mean_nothing_are_refused(put, options, message):
    options = {name: put(x) if isinstance(x, np.ndarray) else x for name, x in options.items()}
    with pytest.raises(ValueError, match=message):
        outlier_rate(put(field(1, 0)), put(field(0, 0)), **options)
