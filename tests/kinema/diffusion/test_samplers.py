"""Samplers, held against data whose best denoiser is known."""

import numpy as np
import pytest

from kinema.diffusion.oracles import Gaussian, Mixture, ar1_film, four_bumps, predictor
from kinema.diffusion.samplers import ddim, ddpm, euler, guided, heun, karras_sigmas
from kinema.diffusion.schedules import linear_schedule, spaced

ALPHA_BAR = linear_schedule(200, 1e-4, 0.04)
COUNT = 40_000  # variances to 0.7 % (one standard error)


def normal(seed=0):
    return np.random.default_rng(seed).standard_normal


def one_number(mean, variance):
    return Gaussian(np.array([mean]), np.array([[variance]]))


def ddpm_moments(mean, variance, choice):
    draw, data = normal(), one_number(mean, variance)
    x = ddpm(predictor(data, alpha_bar=ALPHA_BAR), draw((COUNT, 1)), draw, alpha_bar=ALPHA_BAR, variance=choice)
    return x.mean(), x.var()


def test_one_point_is_found_exactly_for_no_noise_follows_the_last_step():
    mean, variance = ddpm_moments(2.0, 0.0, "posterior")
    assert mean == pytest.approx(2.0, abs=1e-9) and variance < 1e-20


@pytest.mark.parametrize(("variance", "choice", "expected"), [
    (0.25, "posterior", 0.2387), (0.25, "beta", 0.2517), (1.0, "posterior", 0.974), (1.0, "beta", 0.993),
])  # fmt: skip
def test_which_variance_is_added_back_shows_in_the_samples(variance, choice, expected):
    # What an independent run of 200,000 samples gave; the first falls short, the second fits unit variance.
    mean, spread = ddpm_moments(2.0, variance, choice)
    # The walk starts at mean 0, though a share of the data's variance, 0.017, is left at step T: a little is missing.
    assert mean == pytest.approx(2.0, abs=0.05)
    assert spread == pytest.approx(expected, rel=0.02)


@pytest.mark.parametrize("kind", ["eps", "x0", "v"])
def test_the_three_parameterisations_walk_the_same_way(kind):
    data, draw = one_number(-1.0, 0.5), normal(3)
    start, noises = draw((20, 1)), [draw((20, 1)) for _ in range(200)]

    def walk(kind):
        left = iter(noises)
        return ddpm(predictor(data, kind, alpha_bar=ALPHA_BAR), start, lambda shape: next(left), alpha_bar=ALPHA_BAR, kind=kind)

    assert np.allclose(walk(kind), walk("eps"), atol=1e-9)


def test_ddim_with_all_steps_and_all_noise_is_ddpm():
    data, draw = one_number(0.5, 0.3), normal(4)
    start, noises = draw((30, 1)), [draw((30, 1)) for _ in range(200)]
    predict = predictor(data, alpha_bar=ALPHA_BAR)
    a, b = iter(noises), iter(noises)
    one = ddpm(predict, start, lambda shape: next(a), alpha_bar=ALPHA_BAR)
    other = ddim(predict, start, range(1, 201), eta=1.0, draw=lambda shape: next(b), alpha_bar=ALPHA_BAR)
    assert np.allclose(one, other, atol=1e-9)


def test_ddim_carries_noise_to_data_along_the_exact_path_as_steps_grow():
    # For one Gaussian the path is known: it keeps the sample's distance from the mean in standard deviations.
    data, alpha_bar = one_number(2.0, 0.25), linear_schedule(2000, 1e-5, 0.01)
    start = np.linspace(-2, 2, 9)[:, None]
    last = alpha_bar[-1]
    noised = np.sqrt(last * 0.25 + 1 - last)
    exact = 2.0 + 0.5 * (start - np.sqrt(last) * 2.0) / noised
    wrong = [np.abs(ddim(predictor(data, alpha_bar=alpha_bar), start, spaced(2000, n), alpha_bar=alpha_bar) - exact).max() for n in (50, 100, 200)]
    assert wrong[2] < wrong[1] < wrong[0] < 0.1
    assert 1.7 < wrong[1] / wrong[2] < 2.3


@pytest.mark.parametrize(("sampler", "order"), [(euler, 1), (heun, 2)])
def test_the_error_falls_with_the_order_of_the_sampler(put, get, sampler, order):
    # For x0 of variance s² the ideal denoiser is s² x / (s² + sigma²), and x(sigma) goes like sqrt(s² + sigma²).
    s2 = 0.25
    start, largest = put(np.array([[0.3], [-1.2]])), 10.0
    exact = get(start) * np.sqrt(s2 / (s2 + largest**2))

    def wrong(n):  # levels spaced evenly in a fixed function of sigma, so that halving a step halves it everywhere
        sigmas = np.sinh(np.linspace(np.arcsinh(largest), 0, n + 1))
        return np.abs(get(sampler(lambda x, sigma: x * (s2 / (s2 + sigma**2)), start, sigmas)) - exact).max()

    ratio = wrong(64) / wrong(128)
    assert 0.85 * 2**order < ratio < 1.15 * 2**order


def test_karras_levels_are_dense_where_there_is_little_noise():
    sigmas = karras_sigmas(18)
    assert sigmas[0] == pytest.approx(80) and sigmas[-2] == pytest.approx(0.002) and sigmas[-1] == 0
    assert np.all(np.diff(sigmas) < 0) and np.all(np.diff(np.abs(np.diff(sigmas[:-1]))) < 0)
    for bad in ((1,), (5, 1.0, 0.5)):
        with pytest.raises(ValueError, match="smallest < largest"):
            karras_sigmas(bad[0], **dict(zip(("smallest", "largest"), bad[1:], strict=False)))


def test_a_mixture_comes_back_with_its_weights():
    data, draw = four_bumps(), normal(5)
    x = ddpm(predictor(data, alpha_bar=ALPHA_BAR), draw((20_000, 1)), draw, alpha_bar=ALPHA_BAR)[:, 0]
    nearest = np.abs(x[:, None] - data.means[:, 0]).argmin(axis=1)
    shares = np.bincount(nearest, minlength=4) / len(x)
    assert np.allclose(shares, data.weights, atol=0.02)  # 0.0034 is one standard error


def test_guidance_of_one_is_the_condition_and_of_none_is_nothing():
    c, u = np.array([2.0]), np.array([0.5])
    assert guided(c, u, 1.0) == c and guided(c, u, 0.0) == u
    w = 3.0  # as Ho and Salimans write it
    assert guided(c, u, 1 + w) == (1 + w) * c - w * u


def test_sampling_runs_on_every_array_library(put, get, same_kind, dtype):
    data, numbers = ar1_film(4), np.random.default_rng(6)
    alpha_bar = linear_schedule(12, 1e-3, 0.5)
    start, noises = numbers.standard_normal((3, 4)), numbers.standard_normal((12, 3, 4))

    def walk(put, dtype):
        left = iter([put(n, dtype) for n in noises])
        return ddpm(predictor(data, alpha_bar=alpha_bar), put(start, dtype), lambda shape: next(left), alpha_bar=alpha_bar)

    ours = walk(put, dtype)
    same_kind(ours, put(start, dtype))
    expected = walk(lambda x, dtype: x, None)
    assert np.allclose(get(ours), expected, atol=1e-4 if dtype == "float32" else 1e-11)


def test_clipping_keeps_every_estimate_in_range():
    seen, draw = [], normal(7)
    data = one_number(3.0, 0.1)
    ddpm(predictor(data, alpha_bar=ALPHA_BAR), draw((5, 1)), draw, alpha_bar=ALPHA_BAR, clip=1.0, trace=lambda t, x, x0: seen.append(np.abs(x0).max()))
    assert len(seen) == 200 and max(seen) <= 1.0


def test_what_cannot_be_walked_is_refused():
    predict = predictor(one_number(0, 1), alpha_bar=ALPHA_BAR)
    x = np.zeros((1, 1))
    with pytest.raises(ValueError, match="variance must be one of"):
        ddpm(predict, x, normal(), alpha_bar=ALPHA_BAR, variance="large")
    with pytest.raises(ValueError, match="steps must rise"):
        ddim(predict, x, [5, 5], alpha_bar=ALPHA_BAR)
    with pytest.raises(ValueError, match="give draw"):
        ddim(predict, x, [1, 5], alpha_bar=ALPHA_BAR, eta=0.5)
    with pytest.raises(ValueError, match="must fall"):
        heun(lambda x, s: x, x, [1.0, 2.0])


def test_the_mixtures_denoiser_is_the_mean_by_numbers():
    data = Mixture(np.array([0.7, 0.3]), np.array([[-1.0], [2.0]]), np.array([0.3, 0.5]))
    grid = np.linspace(-8, 8, 100_001)
    prior = sum(w * np.exp(-((grid - m) ** 2) / (2 * s**2)) / s for w, m, s in zip(data.weights, data.means[:, 0], data.deviations, strict=True))
    for t, x in ((20, 0.3), (120, -1.4)):
        a = ALPHA_BAR[t]
        weight = prior * np.exp(-((x - np.sqrt(a) * grid) ** 2) / (2 * (1 - a)))
        assert data.denoise(np.array([[x]]), t, alpha_bar=ALPHA_BAR)[0, 0] == pytest.approx((weight * grid).sum() / weight.sum(), abs=1e-8)


def test_a_gaussian_given_some_entries_is_the_textbook_one():
    film = ar1_film(5, 0.8)
    rest = film.given(np.array([True, False, False, True, True]), [0.4, -1.0, 2.0])
    # AR(1) is Markov: frames 1 and 2 see frames 0 and 3 alone, so the value of the last does not matter.
    other = film.given(np.array([True, False, False, True, True]), [0.4, -1.0, -9.0])
    assert np.allclose(rest.mean, other.mean)
    precision = np.linalg.inv(film.covariance)
    free = precision[1:3, 1:3]
    assert np.allclose(rest.covariance, np.linalg.inv(free))
    assert np.allclose(rest.mean, -np.linalg.solve(free, precision[1:3][:, [0, 3, 4]] @ [0.4, -1.0, 2.0]))
    with pytest.raises(ValueError, match="something left unobserved"):
        film.given(np.ones(5, dtype=bool), np.zeros(5))
