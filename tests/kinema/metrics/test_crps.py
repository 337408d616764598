"""CRPS: against its definition by pairs and by the integral, and a Gaussian's closed form."""

import math

import numpy as np
import pytest

from kinema.metrics import crps


def ensemble(seed=0, M=7, shape=(3, 4)):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(M, *shape)), rng.normal(size=shape)


@pytest.mark.parametrize("fair", [False, True])
@pytest.mark.parametrize("M", [2, 3, 8])
def test_it_is_the_double_sum(put, get, dtype, rounding, same_kind, M, fair):
    samples, truth = ensemble(M, M)
    samples[1] = samples[0]  # a tie
    pairs = np.abs(samples[:, None] - samples[None]).sum(axis=(0, 1)) / (M * (M - 1 if fair else M))
    given = put(truth, dtype)
    score = crps(put(samples, dtype), given, fair=fair)
    same_kind(score, given)
    np.testing.assert_allclose(get(score), np.abs(samples - truth).mean(axis=0) - pairs / 2, rtol=0, atol=10 * rounding)


def test_it_is_the_integral_of_the_squared_step_functions_difference(put, get):
    samples, truth = ensemble(1, 5, (4,))
    x = np.linspace(-6, 6, 400_001)
    for k in range(4):
        F = (samples[:, k, None] <= x).mean(axis=0)
        integral = ((F - (x >= truth[k])) ** 2).sum() * (x[1] - x[0])
        assert get(crps(put(samples[:, k]), put(truth[k]))) == pytest.approx(integral, abs=2e-4)  # steps of 3e-5


def test_many_samples_of_a_gaussian_score_as_its_closed_form():
    # Gneiting & Raftery (2007), after eq. (21): s (z (2 Phi(z) - 1) + 2 phi(z) - 1 / sqrt(pi)).
    m, s, M = 0.3, 1.7, 200_000
    samples = np.random.default_rng(2).normal(m, s, (M, 1))
    for y in (-4.0, 0.0, 1.0, 5.0):
        z = (y - m) / s
        Phi, phi = (1 + math.erf(z / math.sqrt(2))) / 2, math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
        want = s * (z * (2 * Phi - 1) + 2 * phi - 1 / math.sqrt(math.pi))
        assert crps(samples, np.array([y]))[0] == pytest.approx(want, abs=4 * s / math.sqrt(M))


def test_one_sample_scores_its_absolute_error(put, get):
    samples, truth = ensemble(3, 1)
    np.testing.assert_allclose(get(crps(put(samples), put(truth))), np.abs(samples[0] - truth), rtol=1e-12)


def test_only_the_fair_score_expects_the_same_of_few_samples_as_of_many():
    rng = np.random.default_rng(4)
    truth = rng.normal(size=40_000)
    exact = 1 / math.sqrt(math.pi)  # of the right forecast of a standard normal
    for M in (2, 10):
        samples = rng.normal(size=(M, 40_000))
        assert crps(samples, truth, fair=True).mean() == pytest.approx(exact, abs=0.015)
        assert crps(samples, truth).mean() == pytest.approx(exact * (1 + 1 / M), abs=0.015)


def test_the_right_spread_scores_best():
    rng = np.random.default_rng(5)
    truth, noise = rng.normal(size=20_000), rng.normal(size=(30, 20_000))
    scores = [crps(spread * noise, truth).mean() for spread in (0.3, 1.0, 2.0)]
    assert scores[1] < min(scores[0], scores[2])


def test_a_large_common_value_costs_no_digits(put, get):
    samples, truth = (np.round(x, 2) for x in ensemble(6))
    np.testing.assert_allclose(get(crps(put(samples + 4096), put(truth + 4096))), get(crps(put(samples), put(truth))), atol=1e-11)


@pytest.mark.parametrize(
    "samples, truth, fair, words",
    [
        (np.zeros((3, 2)), np.zeros(3), False, r"samples has shape \(3, 2\) and truth \(3,\)"),
        (np.zeros((1, 2)), np.zeros(2), True, "there are 1 samples: the fair score takes 2"),
        (np.zeros((0, 2)), np.zeros(2), False, "there are 0 samples"),
        (np.zeros((3, 2), np.uint8), np.zeros(2), False, "samples has dtype uint8"),
        (np.zeros((3, 2)), np.full(2, np.nan), False, "truth contains NaN"),
        (np.zeros((3, 2), np.float32), np.zeros(2), False, "convert one of them"),
        (np.zeros((3, 2), np.float16), np.zeros(2, np.float16), False, "samples has dtype float16"),
    ],
)
def test_what_cannot_be_scored_is_refused(samples, truth, fair, words):
    with pytest.raises(ValueError, match=words):
        crps(samples, truth, fair=fair)
