"""The demo of scores: fields cross as 16-bit numbers, and its made-up street says what it should."""

import numpy as np
import pytest
from kinema.metrics import endpoint_error, epe
from kinema.widgets import FlowScoresDemo
from kinema.widgets.flow_scores import CAR, FLOW_UNIT, UNKNOWN, street


def carried(demo, name):
    """A field of the demo as it crosses to the browser."""
    return np.frombuffer(getattr(demo, name), "<i2").reshape(2, *demo.shape)


def test_fields_cross_in_steps_of_a_64th_and_unknown_truth_stays_unknown():
    truth, first, second = np.random.default_rng(1).uniform(-200, 200, (3, 2, 5, 7))
    truth[1, 2, 3] = np.nan
    demo = FlowScoresDemo(truth, first, second)
    for name, field in (("truth", truth), ("first", first), ("second", second)):
        known = np.isfinite(field).all(axis=0)
        assert abs(carried(demo, name)[:, known] * FLOW_UNIT - field[:, known]).max() <= FLOW_UNIT / 2
        assert (carried(demo, name)[:, ~known] == UNKNOWN).all()


def test_a_readers_own_fields_set_no_task_about_the_street():
    fields = np.zeros((3, 2, 5, 7))
    assert "read" not in FlowScoresDemo(*fields).tasks and FlowScoresDemo(*fields).goal == []
    assert "read" in FlowScoresDemo().tasks


def test_of_the_streets_estimates_one_has_the_smaller_mean_error_and_the_other_fewer_outliers():
    truth, first, second = street()
    assert epe(first, truth) < 0.8 * epe(second, truth)
    wrong = [
        ((e > 3) & (e > 0.05 * np.hypot(*truth))).mean() for e in (endpoint_error(f, truth) for f in (first, second))
    ]
    assert wrong[0] > 3 * wrong[1]


def test_the_street_holds_slow_and_fast_pixels_and_the_car():
    speed = np.hypot(*street()[0])
    assert speed.min() < 1 and speed.max() > 100
    assert np.isclose(street()[0], np.array(CAR)[:, None, None]).all(axis=0).sum() > 100


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ((np.zeros((5, 7)),) * 3, r"truth has shape \(5, 7\), expected \(2, H, W\)"),
        ((np.zeros((2, 5, 7)), np.zeros((2, 5, 7)), np.zeros((2, 7, 5))), "they must agree"),
        ((np.zeros((2, 5, 401)),) * 3, "crop it"),
        ((np.full((2, 5, 7), 501.0),) * 3, "at most 500"),
    ],
)
def test_fields_that_a_demo_cannot_carry_are_refused(fields, words):
    with pytest.raises(ValueError, match=words):
        FlowScoresDemo(*fields)
