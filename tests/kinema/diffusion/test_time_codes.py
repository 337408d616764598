"""A frame's time is a value, not its place in the array."""

import numpy as np
import pytest

from kinema.diffusion.time_codes import relative_features, rotary, sinusoidal


def test_times_far_apart_and_near_have_codes_of_their_own(put, get):
    codes = get(sinusoidal(put(np.array([0, 10, 20, 1000])), 16))
    assert codes.shape == (4, 16) and codes.dtype == np.float32
    assert min(np.abs(codes[i] - codes[j]).max() for i in range(4) for j in range(i)) > 0.1


def test_a_code_is_cosines_and_then_sines_of_waves_that_grow(get, put, dtype):
    times = put(np.array([0.5, 3.0]), dtype)
    codes = get(sinusoidal(times, 4, longest=100.0))
    expected = [[np.cos(t), np.cos(t / 10), np.sin(t), np.sin(t / 10)] for t in (0.5, 3.0)]
    assert np.allclose(codes, expected, atol=1e-6) and codes.dtype == np.dtype(dtype)


def test_turned_queries_and_keys_meet_at_their_difference_in_time(put, get):
    rng = np.random.default_rng(0)
    q, k = rng.standard_normal((2, 1, 8))

    def product(i, j):
        a, b = (rotary(put(x), put(np.array([t], float))) for x, t in ((q, i), (k, j)))
        return float((get(a) * get(b)).sum())

    assert product(3, 7) == pytest.approx(product(103, 107)) == pytest.approx(product(0.5, 4.5))
    assert abs(product(3, 7) - product(3, 8)) > 1e-3
    assert product(0, 0) == pytest.approx(float((q * k).sum()))


def test_turning_keeps_lengths_and_dtype(put, get, dtype):
    x = put(np.random.default_rng(1).standard_normal((2, 5, 6)), dtype)
    turned = rotary(x, put(np.arange(5)))
    assert turned.dtype == x.dtype and turned.shape == x.shape
    assert np.allclose((get(turned) ** 2).sum(-1), (get(x) ** 2).sum(-1), rtol=1e-5)


def test_features_of_a_distance_say_how_far_and_which_way(put, get):
    features = get(relative_features(put(np.array([0, 3, 100]))))
    assert features.shape == (3, 3, 3)
    assert np.allclose(features[2, 0], [np.log1p(100), 0, 0]) and np.allclose(features[0, 1], [0, np.log1p(3), 0])
    assert np.array_equal(features[..., 2], np.eye(3))


def test_permuting_times_permutes_their_features(put, get):
    times, order = np.array([4, 9, 0, 77]), [2, 0, 3, 1]
    plain, moved = (get(relative_features(put(t))) for t in (times, times[order]))
    assert np.array_equal(moved, plain[order][:, order])


def test_an_odd_number_of_channels_is_refused():
    for code in (lambda: sinusoidal(np.arange(3), 5), lambda: rotary(np.zeros((3, 5)), np.arange(3))):
        with pytest.raises(ValueError, match="even"):
            code()
