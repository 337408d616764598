"""Schedules: the printed values, and what any schedule must be."""

import numpy as np
import pytest

from kinema.diffusion.schedules import (
    at_step, betas_of, cosine_schedule, from_betas, linear_schedule, log_snr, log_snr_schedule, spaced,
)  # fmt: skip

SCHEDULES = [linear_schedule, cosine_schedule, log_snr_schedule]


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_schedule_starts_clean_and_loses_some_of_the_picture_at_every_step(schedule):
    alpha_bar = schedule(300)
    assert alpha_bar.shape == (301,) and alpha_bar[0] == 1
    assert np.all(np.diff(alpha_bar) < 0) and alpha_bar[-1] > 0
    assert np.allclose(alpha_bar[1:], np.cumprod(1 - betas_of(alpha_bar)), rtol=1e-12)


def test_the_linear_schedule_has_ddpms_values():
    alpha_bar = linear_schedule()
    assert np.allclose(alpha_bar[[1, 250, 500, 750]], [0.9999, 0.524085, 0.078587, 0.003351], atol=5e-7)
    assert alpha_bar[1000] == pytest.approx(4.04e-5, abs=5e-8)


def test_the_cosine_schedule_has_its_values_and_its_last_beta_is_held_back():
    alpha_bar = cosine_schedule()
    assert np.allclose(alpha_bar[[250, 500, 750]], [0.847012, 0.493844, 0.144272], atol=5e-7)
    betas = betas_of(alpha_bar)
    assert betas[0] == pytest.approx(4.128e-5, abs=5e-9) and betas[-1] == pytest.approx(0.999)


def test_the_logarithm_of_signal_to_noise_falls_from_limit_to_limit():
    steps = log_snr(log_snr_schedule(50, 9.0, -7.0))
    assert steps[0] == np.inf and steps[-1] == pytest.approx(-7.0)
    angles = np.arctan(np.exp(-steps[1:] / 2))
    assert np.allclose(np.diff(angles), np.diff(angles)[0])


def test_the_log_snr_of_a_schedule_is_that_of_its_signal_and_noise(put, get):
    alpha_bar = np.array([1.0, 0.8, 0.5, 0.1])
    assert np.allclose(get(log_snr(put(alpha_bar)))[1:], np.log(alpha_bar[1:] / (1 - alpha_bar[1:])))


def test_spaced_steps_end_at_the_last_and_are_all_of_them_where_asked():
    assert list(spaced(1000, 4)) == [250, 500, 750, 1000]
    assert list(spaced(7, 7)) == [1, 2, 3, 4, 5, 6, 7]
    assert len(set(spaced(1000, 37))) == 37
    with pytest.raises(ValueError, match="cannot choose 8 of 7"):
        spaced(7, 8)


def test_each_sample_gets_the_value_of_its_own_step(put, get):
    alpha_bar = linear_schedule(10)
    x = put(np.zeros((3, 2, 5)), "float32")
    values = at_step(put(alpha_bar), put(np.array([0, 4, 10])), x)
    assert values.dtype == x.dtype and values.shape == (3, 1, 1)
    assert np.allclose(get(values)[:, 0, 0], alpha_bar[[0, 4, 10]])


@pytest.mark.parametrize(("t", "message"), [(11, "outside 0 to 10"), (-1, "outside 0 to 10"), (np.array([0, 11]), "outside"),
                                            (np.array([1]), "need a step each")])  # fmt: skip
def test_a_step_that_is_not_there_is_refused(t, message):
    with pytest.raises(ValueError, match=message):
        at_step(linear_schedule(10), t, np.zeros((2, 3)))


@pytest.mark.parametrize("betas", [[0.1, 0.0], [0.1, 1.0], [-0.1]])
def test_a_step_without_noise_or_without_picture_is_refused(betas):
    with pytest.raises(ValueError, match="between 0 and 1"):
        from_betas(betas)
