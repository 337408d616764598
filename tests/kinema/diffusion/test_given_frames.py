"""Only what conditions rightly comes out right."""

import json

import numpy as np
import pytest

from kinema.diffusion.given_frames import METHODS, compare, main, sample
from kinema.diffusion.oracles import ar1_film


@pytest.fixture(scope="module")
def rows():
    return {row.method: row for row in compare(count=6000)}


def test_frames_as_inputs_give_the_exact_distribution(rows):
    # One standard error of a mean is 0.008, of a variance 0.006.
    assert rows["conditional"].mean_error < 0.03 and rows["conditional"].covariance_error < 0.03


@pytest.mark.parametrize("method", ["guidance", "replacement", "paste", "unconditional"])
def test_the_wrong_ways_are_visibly_off(rows, method):
    assert rows[method].mean_error > 0.15 and rows[method].covariance_error > 0.15


def test_walking_back_and_forth_mends_most_of_replacement(rows):
    assert rows["resampling"].covariance_error < rows["replacement"].covariance_error / 4
    assert rows["resampling"].mean_error < rows["replacement"].mean_error / 4


def test_stronger_guidance_comes_close_here(rows):
    assert rows["guidance x4"].covariance_error < rows["guidance"].covariance_error / 4


@pytest.mark.parametrize("method", METHODS)
def test_given_frames_come_back_as_given(method):
    observed = np.array([True, False, False, True, False])
    made = sample(method, ar1_film(5), observed, [0.5, -2.0], count=7)
    assert np.array_equal(made[:, observed], np.tile([0.5, -2.0], (7, 1))) and made.shape == (7, 5)
    assert np.isfinite(made).all() and made[:, ~observed].std(axis=0).min() > 0


def test_there_is_no_other_method():
    with pytest.raises(ValueError, match="method must be one of"):
        sample("inpainting", ar1_film(3), [True, False, False], [0.0], count=2)


def test_the_command_prints_the_table(capsys):
    assert main(["--count", "200", "--json"]) == 0
    table = json.loads(capsys.readouterr().out)
    assert [row["method"] for row in table] == ["exact", *METHODS]
    assert main(["--count", "200"]) == 0
    assert "replacement" in capsys.readouterr().out
