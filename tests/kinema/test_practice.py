"""What a problem set relies on while it runs."""

import statistics
import subprocess
import sys

import numpy as np
import pytest

from kinema import practice


def in_fresh_python(code, **environment):
    import os

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env={**os.environ, **environment}
    )
    return done.returncode, done.stdout.strip(), done.stderr.strip()


@pytest.mark.parametrize(
    "use",
    [
        "from kinema.flow import normal_flow; normal_flow(1, 2, 3)",
        "import kinema.flow.constraint as m; m.normal_flow(1, 2, 3)",
        "import kinema.flow; kinema.flow.lucas_kanade(1, 2)",
        "from kinema.flow.lucas_kanade import _solve; _solve(1, 2, 3, 4, 5, 6, 7, 8)",
        "from kinema.flow.command.methods import estimate; import numpy as np; estimate(np.zeros((9, 9)), np.zeros((9, 9)), window=3)",
        "from kinema.flow.derivatives import _DIFFERENCE; import numpy as np; _DIFFERENCE['central'](np.zeros((3, 3)), 0)",
        "import importlib, kinema.flow.constraint as m; importlib.reload(m).normal_flow",
        "import sys; del sys.modules['kinema.flow.constraint']; from kinema.flow.constraint import normal_flow",
        "from kinema.flow.nets import train; train(None)",
        "from kinema.widgets.flow_uses import coarse_flow; import numpy as np; coarse_flow(np.zeros((20, 20)), np.zeros((20, 20)))",
    ],
)
@pytest.mark.parametrize("loaded_before", ["", "import kinema.widgets, kinema.flow.__main__; "])
def test_a_closed_function_says_that_it_is_the_reader_s_turn(use, loaded_before):
    code, out, err = in_fresh_python(
        f"{loaded_before}from kinema.practice import begin, ClosedError\nbegin(closes=['kinema.flow'])\n"
        f"try:\n    {use}\nexcept ClosedError as error:\n    print(error)"
    )
    assert "closed in this problem set" in out and "is your task" in out, (out, err)


def test_closing_loads_nothing_that_needs_torch_or_a_compiler():
    code, out, err = in_fresh_python(
        "import sys\nfrom kinema.practice import begin\nbegin(closes=['kinema.flow'])\n"
        "print([m for m in ('torch', 'numba', 'kinema.flow.nets', 'kinema.flow.engines.cpu') if m in sys.modules])"
    )
    assert out == "[]", err


def test_data_and_pictures_stay_open():
    code, out, err = in_fresh_python(
        "from kinema.practice import begin\nbegin(closes=['kinema.flow'])\n"
        "from kinema.data import moving_pair, texture, translation_flow\nfrom kinema.viz import flow_to_color\n"
        "p = moving_pair(texture(), translation_flow(1, 2, (8, 9)))\nprint(flow_to_color(p.flow).shape)"
    )
    assert out == "(8, 9, 3)", err


def test_nothing_reaches_stderr_after_begin():
    code, out, err = in_fresh_python(
        "import sys, warnings\nfrom kinema.practice import begin\nbegin()\nwarnings.warn('careful')\nprint('bar', file=sys.stderr)"
    )
    assert code == 0 and err == "" and "careful" in out and "bar" in out


def test_hidden_cases_follow_the_seed_and_the_task(monkeypatch):
    draw = lambda task: practice.case_rng(task).random(3).tolist()  # noqa: E731
    monkeypatch.delenv("KINEMA_SEED", raising=False)
    default = draw("a")
    monkeypatch.setenv("KINEMA_SEED", "1981")
    assert draw("a") == default
    assert draw("b") != default
    monkeypatch.setenv("KINEMA_SEED", "7")
    assert draw("a") != default
    assert draw("a") == draw("a")


def test_a_seed_that_is_no_number_is_refused(monkeypatch):
    monkeypatch.setenv("KINEMA_SEED", "secret")
    with pytest.raises(ValueError, match="KINEMA_SEED must be an integer, got 'secret'"):
        practice.case_rng("a")


@pytest.mark.parametrize("value", [None, ...])
def test_an_unanswered_task_is_told_kindly(value):
    with pytest.raises(AssertionError, match="f is not there yet: replace the dots"):
        practice.expect_array(value, (2,), "f")
    with pytest.raises(AssertionError, match="f returns nothing yet"):
        practice.expect_parts(value, 2, "f")


def test_wrong_shapes_and_kinds_are_named():
    with pytest.raises(AssertionError, match=r"f should have shape \(2,\), but it has \(3,\)"):
        practice.expect_array([1, 2, 3], (2,), "f")
    with pytest.raises(AssertionError, match="f should be an array of numbers, but it is str"):
        practice.expect_array("no", (), "f")
    with pytest.raises(AssertionError, match="f should return 2 things"):
        practice.expect_parts((1, 2, 3), 2, "f")


@pytest.mark.parametrize("value", [1j, [1.0, 2 + 0j], "7", ["1", "2"], np.array(["3"]), np.array([1j], dtype=object)], ids=repr)
def test_complex_numbers_and_digits_in_quotes_are_no_numbers(value):
    with pytest.raises(AssertionError, match="complex|array of numbers"):
        practice.expect_array(value, np.shape(value), "f")


def test_fractions_and_booleans_are_numbers():
    from fractions import Fraction

    assert practice.expect_array([Fraction(1, 2), True], (2,), "f").tolist() == [0.5, 1.0]


class EqualToAll(int):
    __hash__ = int.__hash__

    def __eq__(self, other):
        return True


def test_whole_numbers_come_back_as_python_s_own():
    torch = pytest.importorskip("torch")
    for value in (7, np.int64(7), np.array(7), torch.tensor(7), EqualToAll(7)):
        got = practice.expect_whole(value, "f")
        assert type(got) is int and got == 7 and got != 8
    assert practice.expect_wholes((1, np.int32(2)), 2, "f") == (1, 2)
    assert practice.expect_wholes([EqualToAll(3)], None, "f") == (3,)
    assert practice.expect_wholes(np.array([4, 5]), 2, "f") == (4, 5)


@pytest.mark.parametrize("value", [7.0, "7", np.float64(7), [7], 7 + 0j])
def test_what_is_no_whole_number_is_named(value):
    with pytest.raises(AssertionError, match="f should be a whole number"):
        practice.expect_whole(value, "f")
    with pytest.raises(AssertionError, match="number 1, from 0, should be a whole number"):
        practice.expect_wholes((1, value), 2, "f")


def test_no_whole_number_yet_is_said_kindly():
    with pytest.raises(AssertionError, match="not there yet"):
        practice.expect_whole(..., "f")
    with pytest.raises(AssertionError, match="returns nothing yet"):
        practice.expect_wholes(None, 2, "f")


def changed_in_place(values, change):
    given = practice.Given(*values)
    given.check("f")
    change(*values)
    with pytest.raises(AssertionError, match="f changed what it was given: compute on copies"):
        given.check("f")


def test_a_change_of_what_was_given_is_noticed():
    torch = pytest.importorskip("torch")
    changed_in_place([np.array([1.0, np.nan])], lambda x: x.__setitem__(0, 2.0))
    changed_in_place([np.zeros((2, 3))], lambda x: setattr(x, "shape", (3, 2)))
    changed_in_place([torch.zeros(2)], lambda x: x.add_(1))
    changed_in_place([[{"kind": "conv"}], 3], lambda x, _: x.clear())
    changed_in_place([[{"kind": "conv"}]], lambda x: x[0].update(kind="pool"))
    changed_in_place([[1, 2]], lambda x: x.reverse())
    changed_in_place([{"a": 1}], lambda x: x.update(b=2))


def test_closeness_reports_the_largest_deviation_and_never_passes_nan():
    practice.expect_close([1.0, 2.0], [1.0, 2.0], "equal")
    with pytest.raises(AssertionError, match=r"too far \(off by up to 0.5\)"):
        practice.expect_close([1.0, 2.5], [1.0, 2.0], "too far")
    with pytest.raises(AssertionError, match="there are NaNs"):
        practice.expect_close(np.nan, 0.0, "not a number")
    practice.expect_close([2.0, 2.0], 2.0, "all alike")
    practice.expect_close(np.zeros(0), 2.0, "none of them differs")
    practice.expect_close([[1.0, 2.0], [1.0, 2.0]], [[1.0, 2.0]], "every row alike")
    for got, want in ((np.zeros((0,)), np.zeros(1)), (np.zeros((1, 5)), np.zeros((5, 5))), (np.zeros(3), np.zeros(4))):
        with pytest.raises(AssertionError, match="is meant"):
            practice.expect_close(got, want, "another shape")
    with pytest.raises(AssertionError, match=r"one for all \(shape \(\), where \(5,\) is meant\)"):
        practice.expect_close(0.0, np.zeros(5), "one for all")


def test_a_function_of_another_library_can_be_refused(monkeypatch):
    monkeypatch.setattr("statistics.fmean", statistics.fmean)                   # put back afterwards
    practice.refuse("statistics.fmean")
    with pytest.raises(practice.ClosedError, match="statistics.fmean is closed"):
        statistics.fmean([1.0])
    with pytest.raises(ValueError, match="has no function 'fmeen'"):
        practice.refuse("statistics.fmeen")
