"""Noise and the way back, against Bayes' rule done by numbers."""

import numpy as np
import pytest

from kinema.diffusion.noising import posterior, q_sample, q_step
from kinema.diffusion.parameterisations import target, to_eps, to_v, to_x0
from kinema.diffusion.schedules import cosine_schedule, linear_schedule

ALPHA_BAR = linear_schedule(40, 1e-3, 0.2)


def test_unit_variance_stays_unit_variance_at_every_step():
    rng = np.random.default_rng(0)
    x0, eps = rng.standard_normal((2, 200_000))
    for t in (1, 20, 40):
        x = q_sample(x0[:, None], t, eps[:, None], alpha_bar=ALPHA_BAR)
        assert x.var() == pytest.approx(1, abs=0.02)  # 0.003 is one standard error


def test_single_steps_chained_are_the_jump_in_distribution():
    # A Gaussian is its mean and variance, and both follow from a chain by hand.
    mean, variance = 2.0, 0.25
    for t in range(1, 18):
        shift = q_step(np.array([[1.0]]), t, np.array([[0.0]]), alpha_bar=ALPHA_BAR)[0, 0]
        noise = q_step(np.array([[0.0]]), t, np.array([[1.0]]), alpha_bar=ALPHA_BAR)[0, 0]
        mean, variance = shift * mean, shift**2 * variance + noise**2
    a = ALPHA_BAR[17]
    assert mean == pytest.approx(np.sqrt(a) * 2.0) and variance == pytest.approx(a * 0.25 + 1 - a)


@pytest.mark.parametrize("t", [1, 2, 13, 40])
def test_the_posterior_is_bayes_rule_on_a_grid(t):
    x0, xt = 0.7, -0.4
    grid = np.linspace(-6, 6, 200_001)
    now, before = ALPHA_BAR[t], ALPHA_BAR[t - 1]
    kept = now / before
    if t == 1:  # what came before is the clean sample itself
        mean, variance = x0, 0.0
    else:
        weight = np.exp(-((grid - np.sqrt(before) * x0) ** 2) / (2 * (1 - before)) - (xt - np.sqrt(kept) * grid) ** 2 / (2 * (1 - kept)))
        weight /= weight.sum()
        mean = (weight * grid).sum()
        variance = (weight * (grid - mean) ** 2).sum()
    ours, spread = posterior(np.array([[x0]]), np.array([[xt]]), t, alpha_bar=ALPHA_BAR)
    assert ours[0, 0] == pytest.approx(mean, abs=1e-9)
    assert float(spread) == pytest.approx(variance, abs=1e-9)


def test_the_posterior_is_surer_than_the_step_was():
    betas = 1 - ALPHA_BAR[1:] / ALPHA_BAR[:-1]
    for t in range(1, 41):
        _, spread = posterior(np.zeros((1, 1)), np.zeros((1, 1)), t, alpha_bar=ALPHA_BAR)
        assert spread < betas[t - 1]


def test_every_sample_has_its_own_step(put, get, dtype, same_kind, rounding):
    rng = np.random.default_rng(1)
    x0, eps = rng.standard_normal((2, 3, 2, 4))
    t = np.array([0, 7, 40])
    given = put(x0, dtype)
    x = q_sample(given, put(t), put(eps, dtype), alpha_bar=put(ALPHA_BAR))
    same_kind(x, given)
    for k in range(3):
        alone = q_sample(x0[k : k + 1], int(t[k]), eps[k : k + 1], alpha_bar=ALPHA_BAR)
        assert np.allclose(get(x)[k], alone[0], atol=10 * rounding)
    assert np.array_equal(get(x)[0], x0[0].astype(dtype))  # t = 0 is clean


@pytest.mark.parametrize("kind", ["eps", "x0", "v"])
def test_one_prediction_gives_the_others(put, get, kind):
    rng = np.random.default_rng(2)
    x0, eps = rng.standard_normal((2, 5, 3))
    t, alpha_bar = np.array([1, 9, 100, 500, 990]), cosine_schedule(1000)
    xt = q_sample(x0, t, eps, alpha_bar=alpha_bar)
    said = target(put(x0), put(eps), put(t), kind, alpha_bar=put(alpha_bar))
    options = {"alpha_bar": put(alpha_bar)}
    assert np.allclose(get(to_x0(said, put(xt), put(t), kind, **options)), x0, atol=1e-9)
    assert np.allclose(get(to_eps(said, put(xt), put(t), kind, **options)), eps, atol=1e-9)
    a = np.sqrt(alpha_bar[t])[:, None]
    assert np.allclose(get(to_v(said, put(xt), put(t), kind, **options)), a * eps - np.sqrt(1 - a**2) * x0, atol=1e-9)


def test_v_turns_signal_and_noise_by_an_angle():
    # (x_t, v) is (x0, eps) turned: lengths are kept.
    rng = np.random.default_rng(3)
    x0, eps = rng.standard_normal((2, 4, 3))
    xt = q_sample(x0, 25, eps, alpha_bar=ALPHA_BAR)
    v = target(x0, eps, 25, "v", alpha_bar=ALPHA_BAR)
    assert np.allclose(xt**2 + v**2, x0**2 + eps**2)


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="must be alike"):
        q_sample(np.zeros((2, 3)), 1, np.zeros((2, 4)), alpha_bar=ALPHA_BAR)
    with pytest.raises(ValueError, match="must be alike"):
        posterior(np.zeros((2, 3)), np.zeros((3, 3)), 1, alpha_bar=ALPHA_BAR)
    with pytest.raises(ValueError, match="outside 0 to 40"):
        posterior(np.zeros((2, 3)), np.zeros((2, 3)), 0, alpha_bar=ALPHA_BAR)
    with pytest.raises(ValueError, match="kind must be one of"):
        to_x0(np.zeros((2, 3)), np.zeros((2, 3)), 1, "noise", alpha_bar=ALPHA_BAR)
