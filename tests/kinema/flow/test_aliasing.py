"""Nearest matches of what repeats, and how many halvings make a motion small."""

import numpy as np
import pytest

from kinema.data import grating, moving_pair, translation_flow
from kinema.filters import correlate1d
from kinema.flow import gain_of_blur, halvings_needed, match_pixel, nearest_match_shift
from kinema.flow.pyramid import BINOMIAL


@pytest.mark.parametrize(
    "period, shift, nearest",
    [
        (8, 3, 3),
        (8, 5, -3),
        (8, -5, 3),
        (8, 6, -2),
        (12, 10, -2),
        (8, 8, 0),
        (8, 19, 3),
        (8, -8, 0),
        (2.5, 1.5, -1.0),
    ],
)
def test_beyond_half_a_period_the_nearest_stripe_is_the_wrong_one(period, shift, nearest):
    assert nearest_match_shift(period, shift) == pytest.approx(nearest, abs=1e-12)


@pytest.mark.parametrize("shift", [4, -4, 12, -12, 20])
def test_at_exactly_half_a_period_the_positive_motion_is_returned(shift):
    assert nearest_match_shift(8, shift) == 4


def test_the_nearest_match_is_within_half_a_period_and_differs_by_whole_periods():
    rng = np.random.default_rng(0)
    for period, shift in zip(rng.uniform(0.5, 20, 200), rng.uniform(-90, 90, 200), strict=True):
        nearest = nearest_match_shift(period, shift)
        assert -period / 2 - 1e-9 < nearest <= period / 2 + 1e-9
        wraps = (shift - nearest) / period
        assert wraps == pytest.approx(round(wraps), abs=1e-9)


@pytest.mark.parametrize("shift", [2, 3, 5, 6, 11, -6])
def test_a_search_for_the_best_patch_finds_the_nearest_match(shift):
    # Of equal costs `match_pixel` takes the shortest motion; a whole number of pixels repeats exactly.
    pair = moving_pair(grating(8), translation_flow(shift, 0, (15, 61)))
    found = match_pixel(pair.I0, pair.I1, (30, 7), radius=7, patch=9, tolerance=1e-12).flow
    assert found[0] == nearest_match_shift(8, shift)


@pytest.mark.parametrize("period, shift", [(0, 1), (-8, 1), (np.nan, 1), (np.inf, 1), (8, np.nan), (8, np.inf)])
def test_a_period_that_is_none_and_an_endless_shift_are_refused(period, shift):
    with pytest.raises(ValueError, match="finite"):
        nearest_match_shift(period, shift)


def test_the_lecture_s_ten_pixels_take_three_halvings_down_to_one_and_a_quarter():
    assert halvings_needed(10, safe=1.25) == 3
    assert [10 / 2**k for k in range(4)] == [10, 5, 2.5, 1.25]


@pytest.mark.parametrize(
    "motion, safe, halvings",
    [
        (0, 1, 0),
        (1, 1, 0),
        (1.0001, 1, 1),
        (2, 1, 1),
        (2.1, 1, 2),
        (10, 1, 4),
        (64, 1, 6),
        (0.3, 1, 0),
        (0.3, 0.1, 2),
    ],
)
def test_the_motion_is_halved_until_it_is_safe_and_not_once_more(motion, safe, halvings):
    assert halvings_needed(motion, safe) == halvings
    assert motion / 2**halvings <= safe
    assert halvings == 0 or motion / 2 ** (halvings - 1) > safe


def test_more_motion_never_takes_fewer_halvings():
    counts = [halvings_needed(m, 0.7) for m in np.linspace(0, 50, 400)]
    assert counts == sorted(counts)


@pytest.mark.parametrize(
    "motion, safe", [(-1, 1), (np.nan, 1), (np.inf, 1), (10, 0), (10, -1), (10, np.nan), (10, np.inf)]
)
def test_a_length_below_zero_and_a_safe_motion_of_nothing_are_refused(motion, safe):
    with pytest.raises(ValueError, match="finite"):
        halvings_needed(motion, safe)


@pytest.mark.parametrize("period", [2, 3, 4, 8, 16, 37])
def test_the_gain_is_what_the_filter_leaves_of_a_wave(period):
    x = np.arange(80.0)
    wave = np.cos(2 * np.pi * x / period)
    left = correlate1d(wave, BINOMIAL, 0)[5:-5]
    np.testing.assert_allclose(left, gain_of_blur(1 / period) * wave[5:-5], atol=1e-12)
    assert gain_of_blur(1 / period) == pytest.approx(np.cos(np.pi / period) ** 4, abs=1e-12)


def test_a_constant_stays_and_a_wave_of_two_pixels_goes():
    assert gain_of_blur(0) == pytest.approx(1) and gain_of_blur(0.25) == pytest.approx(0.25)
    assert gain_of_blur(0.5) == pytest.approx(0, abs=1e-15)
