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


ALIEN = {
    "object": object(), "keys that are no text": {1: 2}, "function": len, "array of objects": np.array([object()]),
    "set": {"a": {3}},
}  # fmt: skip


@pytest.mark.parametrize("value", ALIEN.values(), ids=ALIEN)
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


@pytest.mark.parametrize("change", ["x += 1", "layers.clear()", "layers[0]['k'] = 9", "x.shape = (1, 2)", "layers.append(object())"])
def test_an_answer_apart_that_changes_its_arguments_is_told_so(change):
    call = "double(np.zeros(2), [{'k': 3}])"
    made, task = _set(f"def double(x, layers):\n    {change}\n    return 2", f"assert {call} == 2")
    (outcome,) = run_task(made, task, split=True)
    assert not outcome.passed and "double changed what it was given: compute on copies" in outcome.message
    made, task = _set("def double(x, layers):\n    x = x + 1\n    return 2", f"assert {call} == 2")
    assert run_task(made, task, split=True)[0].passed


def test_student_errors_keep_their_kind_on_the_other_side():
    made, task = _set(
        "def double(x):\n    raise KeyError('no such frame')",
        "try:\n    double(1)\nexcept KeyError as error:\n    assert 'no such frame' in str(error)\nelse:\n    assert False",
    )
    assert run_task(made, task, split=True)[0].passed


@pytest.mark.parametrize(
    ("raised", "caught", "said"),
    [
        ("class Own(ValueError): pass", "ValueError", "no such frame"),
        ("class Own(KeyError):\n    def __str__(self): return 'it has no such frame'", "LookupError", "it has no such frame"),
        ("class Own(Exception): pass", "Exception", "Own: no such frame"),
        ("Own = np.exceptions.AxisError", "ValueError", "no such frame"),
    ],
)
def test_an_error_of_one_s_own_is_what_it_derives_from(raised, caught, said):
    made, task = _set(
        f"{raised}\n\ndef double(x):\n    raise Own('no such frame')",
        f"try:\n    double(1)\nexcept {caught} as error:\n    assert {said!r} in str(error), str(error)\nelse:\n    assert False",
    )
    assert run_task(made, task, split=True)[0].passed


def test_a_range_crosses_as_the_list_that_it_stands_for():
    assert decode(encode(range(3, 30, 9))) == [3, 12, 21]
    with pytest.raises(WireError, match="range cannot cross"):
        encode(range(10**12))


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


@pytest.mark.parametrize("ending", ["import os\nos._exit(0)", "import sys\nsys.exit()", "raise KeyboardInterrupt", "def double(x:\n"])
@pytest.mark.parametrize("split", [False, True])
def test_an_answer_that_ends_or_breaks_fails_its_own_tests_only(ending, split):
    made, task = _set("def double(x):\n    return 2 * x", "assert double(1) == 2")
    (outcome,) = run_task(made, task, ending, split=split)
    assert not outcome.passed and outcome.message


def test_an_answer_cannot_replace_what_the_tests_stand_on():
    answer = "def expect(*a, **k): pass\ndef double(x): return 'wrong'"
    task = Task("double", "def double(x):\n    return 2 * x", (TestCell("double_test", "expect(double(2) == 4, 'no')", 2),))
    made = ProblemSet("made", "from kinema.practice import expect", (task,), ())
    assert not run_task(made, task, answer, split=True)[0].passed


def test_a_late_reply_is_not_taken_for_the_next_one():
    answer = "import time\ndef double(x):\n    time.sleep(1.5 if x == 1 else 0)\n    return x"
    test = "try:\n    double(1)\nexcept TimeoutError:\n    pass\nassert double(2) == 2"
    made, task = _set(answer, test)
    (outcome,) = run_task(made, task, split=True, timeout=1)
    assert not outcome.passed and "longer than 1 s" in outcome.message


def test_points_come_from_the_set_and_not_from_what_the_process_says():
    forge = (
        "import os, struct, json\n"
        "row = json.dumps(['double_test', True, '']).encode()\n"
        "message = struct.pack('<Q', len(row)) + row\n"
        "for fd in range(3, 64):\n"
        "    try:\n        os.write(fd, struct.pack('!i', len(message)) + message)\n    except OSError:\n        pass\n"
        "def double(x):\n    return None\n"
    )
    made, task = _set(forge, "assert double(1) == 2")
    (outcome,) = run_task(made, task, split=True)
    assert not outcome.passed and outcome.points == 0


def test_an_earlier_point_survives_a_later_crash():
    tests = (TestCell("double_first", "assert double(1) == 2", 1), TestCell("double_second", "double(0)", 1))
    task = Task("double", "import os\ndef double(x):\n    return 2 * x if x else os._exit(1)", tests)
    made = ProblemSet("made", "", (task,), ())
    for split in (False, True):
        assert [o.passed for o in run_task(made, task, split=split)] == [True, False]


def test_nothing_that_an_answer_started_outlives_it(tmp_path):
    import time

    mark = tmp_path / "alive"
    answer = (
        "import os, time\nif os.fork() == 0:\n"
        f"    time.sleep(1.5)\n    open({str(mark)!r}, 'w').close()\n    os._exit(0)\ndef double(x):\n    return 2 * x"
    )
    made, task = _set(answer, "assert double(1) == 2")
    assert run_task(made, task)[0].passed
    time.sleep(2)
    assert not mark.exists()
