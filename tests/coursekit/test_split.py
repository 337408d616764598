"""What crosses between the student's process and the judge's, and what is refused."""

import numpy as np
import pytest

from coursekit.problem_set import ProblemSet, Task, TestCell
from coursekit.split.runner import run_task
from coursekit.split.wire import WireError, decode, encode


@pytest.mark.parametrize(
    "value",
    [None, True, 3, -(10**30), 0.1, float("inf"), "ü", [1, [2.5, None]], (1, "a"), {"a": (1,), "b": {}}, ...],
    ids=repr,
)
def test_plain_values_come_back_equal_and_of_the_same_type(value):
    back = decode(encode(value))
    assert back == value and type(back) is type(value)


def test_not_a_number_crosses():
    assert np.isnan(decode(encode(float("nan"))))


@pytest.mark.parametrize("dtype", ["uint8", "int64", "float32", "float64", "complex128", "bool"])
def test_arrays_come_back_bit_for_bit(dtype):
    array = np.arange(-3, 9).reshape(3, 4).astype(dtype)
    back = decode(encode(array))
    assert back.dtype == array.dtype
    np.testing.assert_array_equal(back, array)


def test_array_scalars_stay_scalars():
    back = decode(encode(np.float32(0.5)))
    assert type(back) is np.float32 and back == 0.5


def test_tensors_come_back_as_tensors():
    torch = pytest.importorskip("torch")
    tensor = torch.arange(6, dtype=torch.float32).reshape(2, 3)
    assert torch.equal(decode(encode(tensor)), tensor)


@pytest.mark.parametrize("value", [object(), {1: 2}, len, np.array([object()]), {"a": {3}}], ids=str)
def test_anything_else_is_refused_by_name(value):
    with pytest.raises(WireError, match="cross"):
        encode(value)


@pytest.mark.parametrize("data", [b"", b"abc", b"\xff" * 16, encode([1, 2])[:-1]])
def test_damaged_messages_are_refused(data):
    with pytest.raises(WireError):
        decode(data)


def test_an_oracle_crosses_by_its_name():
    def denoise(x):
        return x

    oracles = {"denoise": denoise}
    assert decode(encode({"f": denoise}, oracles), oracles)["f"] is denoise


def _set(answer, test):
    task = Task("double", answer, (TestCell("double_test", test, 2),))
    return ProblemSet("made", "import numpy as np", (task,), ()), task


@pytest.mark.parametrize("split", [False, True])
def test_a_test_sees_the_same_result_together_and_apart(split):
    made, task = _set("def double(x, *, times=2):\n    return {'r': x * times}", "assert (double(np.arange(3), times=3)['r'] == [0, 3, 6]).all()")
    assert run_task(made, task, split=split)[0].points == 2


def test_student_errors_keep_their_kind_on_the_other_side():
    made, task = _set(
        "def double(x):\n    raise KeyError('no such frame')",
        "try:\n    double(1)\nexcept KeyError as error:\n    assert 'no such frame' in str(error)\nelse:\n    assert False",
    )
    assert run_task(made, task, split=True)[0].passed


def test_student_code_cannot_reach_the_tests_names_when_apart():
    made, task = _set(
        "import sys\ndef double(x):\n    return sys._getframe(1).f_locals.get('answer')", "answer = 4\nassert double(2) == answer"
    )
    assert run_task(made, task)[0].passed  # together it steals the answer from its caller
    assert not run_task(made, task, split=True)[0].passed


def test_a_registered_oracle_can_be_handed_over():
    made, task = _set("def double(f):\n    return f(3.0)", "assert double(oracle_half) == 1.5")
    half = lambda x: x / 2  # noqa: E731
    made = ProblemSet(made.name, made.setup, made.tasks, ())
    import builtins

    builtins.oracle_half = half  # as the judge's name for it
    try:
        assert run_task(made, task, split=True, oracles={"half": half})[0].passed
    finally:
        del builtins.oracle_half
