"""Separable filters against scipy.ndimage and by hand."""

import numpy as np
import pytest
from scipy import ndimage

from kinema.filters import (
    correlate1d,
    gaussian_blur,
    gaussian_taps,
    median_filter,
    median_network,
    pad_axis,
    window_sum,
    window_taps,
)

MODES = {"reflect": "mirror", "edge": "nearest", "zero": "constant"}  # ours: scipy's


def noise(shape=(7, 9), seed=0):
    return np.random.default_rng(seed).uniform(size=shape)


@pytest.mark.parametrize(
    "boundary, expected", [("zero", [0, 0, 1, 2, 4, 0]), ("edge", [1, 1, 1, 2, 4, 4]), ("reflect", [4, 2, 1, 2, 4, 2])]
)
def test_padding_by_hand(put, get, boundary, expected):
    assert get(pad_axis(put(np.array([1.0, 2.0, 4.0])), 2, 1, 0, boundary)).tolist() == expected


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -2, -3])
@pytest.mark.parametrize("boundary, mode", [("zero", "constant"), ("edge", "edge"), ("reflect", "reflect")])
def test_padding_equals_numpys_on_any_axis(put, get, boundary, mode, axis):
    x = noise((4, 5, 6))
    width = [(0, 0)] * 3
    width[axis] = (1, 3)
    assert np.array_equal(get(pad_axis(put(x), 1, 3, axis, boundary)), np.pad(x, width, mode=mode))


@pytest.mark.parametrize("taps", [[2.0], [1.0, 2.0, 4.0], [0.5, 0.0, -1.0, 3.0, 0.0]])
@pytest.mark.parametrize("boundary", MODES)
@pytest.mark.parametrize("axis", [0, 1, -1, -2])
def test_correlation_equals_scipys(put, get, dtype, rounding, axis, boundary, taps):
    x = noise()
    got = get(correlate1d(put(x, dtype), taps, axis, boundary=boundary))
    np.testing.assert_allclose(got, ndimage.correlate1d(x, taps, axis=axis, mode=MODES[boundary]), atol=rounding * 10)


def test_taps_are_not_flipped(put, get):
    spike = np.zeros((1, 7))
    spike[0, 3] = 1
    assert get(correlate1d(put(spike), [1.0, 2.0, 4.0], -1)).tolist() == [[0, 0, 4, 2, 1, 0, 0]]


def test_borders_are_mirrored_by_default(put, get):
    x = noise()
    plain, named = correlate1d(put(x), [1.0, 2.0, 1.0], 0), correlate1d(put(x), [1.0, 2.0, 1.0], 0, boundary="reflect")
    assert np.array_equal(get(plain), get(named))


def test_zero_taps_give_zero(put, get, dtype, same_kind):
    x = put(noise(), dtype)
    same_kind(correlate1d(x, [0.0, 0.0, 0.0], 0), x)
    assert np.all(get(correlate1d(x, [0.0, 0.0, 0.0], 0)) == 0)


@pytest.mark.parametrize("sigma", [0.4, 1.0, 2.5])
def test_gaussian_taps_sum_to_one_and_have_their_sigma(sigma):
    taps = np.array(gaussian_taps(sigma))
    radius = len(taps) // 2
    assert radius == np.ceil(3 * sigma)
    assert taps.sum() == pytest.approx(1, abs=1e-14)
    assert np.array_equal(taps, taps[::-1])
    assert taps[radius + 1] / taps[radius] == pytest.approx(np.exp(-0.5 / sigma**2), rel=1e-12)


def test_the_radius_of_gaussian_taps_may_be_chosen():
    assert len(gaussian_taps(1.0, radius=5)) == 11


@pytest.mark.parametrize("sigma", [0.8, 1.5])
def test_gaussian_blur_equals_scipys(put, get, dtype, rounding, sigma):
    x = noise((15, 18))
    expected = ndimage.gaussian_filter(x, sigma, mode="mirror", radius=int(np.ceil(3 * sigma)))
    np.testing.assert_allclose(get(gaussian_blur(put(x, dtype), sigma)), expected, atol=rounding)


def test_gaussian_blur_keeps_a_constant_and_blurs_a_batch_frame_by_frame(put, get):
    np.testing.assert_allclose(get(gaussian_blur(put(np.full((9, 11), 0.3)), 1.0)), 0.3, rtol=1e-14)
    batch = noise((2, 9, 11))
    blurred = gaussian_blur(put(batch), 1.0)
    for k in range(2):
        assert np.array_equal(get(blurred)[k], get(gaussian_blur(put(batch[k]), 1.0)))


def test_window_taps_are_ones_or_a_gaussian_of_a_fifth_of_the_window_with_peak_one():
    assert window_taps(5) == [1.0] * 5
    taps = window_taps(5, "gaussian")
    np.testing.assert_allclose(taps, np.exp(-0.5 * np.arange(-2, 3) ** 2), rtol=1e-14)
    np.testing.assert_allclose(window_taps(15, "gaussian"), np.exp(-0.5 * (np.arange(-7, 8) / 3) ** 2), rtol=1e-14)
    assert window_taps(1, "gaussian") == [1.0]


@pytest.mark.parametrize("window", [1, 3, 5, 21])
def test_window_sum_counts_only_pixels_of_the_frame(put, get, dtype, rounding, window):
    x = noise()
    expected = ndimage.correlate(x, np.ones((window, window)), mode="constant")
    np.testing.assert_allclose(get(window_sum(put(x, dtype), window)), expected, rtol=20 * rounding)


def test_a_gaussian_window_sum_equals_the_outer_product_of_its_taps(put, get):
    x = noise()
    taps = window_taps(5, "gaussian")
    expected = ndimage.correlate(x, np.outer(taps, taps), mode="constant")
    np.testing.assert_allclose(get(window_sum(put(x), 5, "gaussian")), expected, rtol=1e-12)


def test_filters_keep_namespace_dtype_and_device(put, dtype, same_kind):
    x = put(noise(), dtype)
    for boundary in MODES:
        same_kind(pad_axis(x, 1, 2, 0, boundary), x)
        same_kind(correlate1d(x, [0.5, 1.0, 0.5], -1, boundary=boundary), x)
    same_kind(gaussian_blur(x, 0.8), x)
    same_kind(window_sum(x, 3), x)


@pytest.mark.parametrize("boundary", MODES)
def test_torch_differentiates_a_correlation(gradcheck, boundary):
    gradcheck(lambda x: correlate1d(x, [0.5, -1.0, 2.0], -1, boundary=boundary), noise((3, 4)))


def test_filters_refuse(put):
    x = put(noise((3, 4)))
    with pytest.raises(ValueError, match="boundary must be one of 'zero', 'edge', 'reflect', got 'wrap'"):
        pad_axis(x, 1, 1, 0, "wrap")
    with pytest.raises(ValueError, match="cannot reflect 3 samples of an axis of length 3: use a smaller filter"):
        pad_axis(x, 3, 0, 0, "reflect")
    with pytest.raises(ValueError, match="cannot reflect 4 samples"):
        pad_axis(x, 0, 4, 1, "reflect")
    with pytest.raises(ValueError, match="the number of taps must be an odd"):
        correlate1d(x, [1.0, 1.0], 0)
    for sigma in (0, -1.0, float("nan")):
        with pytest.raises(ValueError, match="sigma must be positive"):
            gaussian_blur(x, sigma)
    with pytest.raises(ValueError, match="weights must be one of"):
        window_sum(x, 3, "hann")
    with pytest.raises(ValueError, match="window must be an odd"):
        window_sum(x, 4)


def test_the_widest_reflection_that_fits_is_allowed(put, get):
    assert get(pad_axis(put(np.array([1.0, 2.0, 3.0])), 2, 2, 0, "reflect")).tolist() == [3, 2, 1, 2, 3, 2, 1]


# The median


def through(network, values):
    """`values` (count, trials) after the compare-exchange steps; the middle wire."""
    wires = [v.copy() for v in values]
    for i, j in network:
        wires[i], wires[j] = np.minimum(wires[i], wires[j]), np.maximum(wires[i], wires[j])
    return wires[len(wires) // 2]


@pytest.mark.parametrize("count", [1, 3, 5, 7, 9, 11, 13, 15, 17])
def test_the_network_finds_the_median_of_all_zeros_and_ones(count):
    # Knuth's 0-1 principle: what sorts every row of zeros and ones sorts everything.
    rows = (np.arange(2**count)[None, :] >> np.arange(count)[:, None]) & 1
    assert np.array_equal(through(median_network(count), rows), rows.sum(axis=0) > count // 2)


@pytest.mark.parametrize("count", [25, 49, 81])
def test_the_network_finds_the_median_of_the_larger_windows(count):
    rng = np.random.default_rng(count)
    values = rng.normal(size=(count, 2000))
    assert np.array_equal(through(median_network(count), values), np.median(values, axis=0))
    # Zeros and ones with as many of each as can be: the hardest rows for a missing step.
    balanced = np.argsort(rng.uniform(size=(count, 5000)), axis=0) < count // 2 + (np.arange(5000) % 2)
    assert np.array_equal(through(median_network(count), balanced), balanced.sum(axis=0) > count // 2)


@pytest.mark.parametrize("window", [1, 3, 5])
@pytest.mark.parametrize("shape", [(7, 9), (6, 4), (2, 3), (1, 5)])
def test_the_median_filter_equals_scipys_exactly(put, get, dtype, window, shape):
    x = noise(shape).astype(dtype)
    assert np.array_equal(get(median_filter(put(x), window)), ndimage.median_filter(x, size=window, mode="nearest"))


def test_the_median_filter_takes_each_frame_of_a_batch_for_itself_and_keeps_its_kind(put, get, dtype, same_kind):
    x = put(noise((2, 3, 6, 8)), dtype)
    filtered = median_filter(x, 3)
    same_kind(filtered, x)
    assert np.array_equal(get(filtered)[1, 2], get(median_filter(x[1, 2, ...], 3)))


def test_one_wild_pixel_vanishes_in_the_median(put, get):
    x = np.full((5, 7), 2.0)
    x[2, 3] = 1e9
    assert np.all(get(median_filter(put(x), 3)) == 2)


def test_torch_differentiates_the_median_filter(gradcheck):
    gradcheck(lambda x: median_filter(x, 3), noise((4, 5)))


def test_the_median_refuses_even_windows(put):
    for window in (0, 2, -3, 3.0, True):
        with pytest.raises(ValueError, match="window must be an odd positive integer"):
            median_filter(put(noise()), window)
    with pytest.raises(ValueError, match="count must be an odd positive integer"):
        median_network(8)
