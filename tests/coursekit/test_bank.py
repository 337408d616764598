"""Every right answer of the bank passes, every wrong one fails for the reason it states."""

import functools
import importlib

import pytest

from coursekit.bank import Entry, complaint, entries
from coursekit.bank import grade as graded
from coursekit.paths import problem_sets
from coursekit.problem_set import read_problem_set
from coursekit.split.runner import run_task

SETS = problem_sets()
ENTRIES = [entry for name in SETS for entry in entries(name)]


# Several tests look at the same outcomes. The arguments are fixed here: the cache tells f(x) from f(x, split=False).
@functools.cache
def _graded(entry, split, seed):
    return graded(entry, split=split, seed=seed)


def grade(entry, *, split=False, seed=None):
    return _graded(entry, split, seed)


STUB = 'def {name}(*args, **kwargs):\n    """Not written yet."""\n    # YOUR CODE HERE\n    ...\n'


@pytest.mark.parametrize("split", [False, True], ids=["together", "apart"])
@pytest.mark.parametrize("entry", ENTRIES, ids=str)
def test_right_answers_earn_full_marks_and_wrong_ones_fail_with_their_symptom(entry, split):
    assert complaint(entry, grade(entry, split=split)) is None


@pytest.mark.parametrize("entry", [e for e in ENTRIES if not e.wrong], ids=str)
@pytest.mark.parametrize("seed", [1, 20260101])
def test_right_answers_pass_whatever_the_seed(entry, seed):
    assert complaint(entry, grade(entry, seed=seed)) is None


@pytest.mark.parametrize("entry", [e for e in ENTRIES if e.wrong], ids=str)
def test_wrong_answers_fail_whatever_the_seed(entry):
    assert any(not o.passed for o in grade(entry, seed=31415))


@pytest.mark.parametrize("name", SETS)
def test_each_task_has_six_wrong_answers_and_two_right_ones(name):
    for task in read_problem_set(name).tasks:
        mine = [e for e in ENTRIES if (e.problem_set, e.task) == (name, task.name)]
        assert sum(e.wrong for e in mine) >= 6, task.name
        assert sum(not e.wrong for e in mine) >= 2, task.name


@pytest.mark.parametrize("name", SETS)
def test_every_hidden_test_is_the_only_one_to_catch_some_wrong_answer(name):
    problem_set = read_problem_set(name)
    alone = set()
    for entry in (e for e in ENTRIES if e.wrong and e.problem_set == name):
        failed = [o.test for o in grade(entry) if not o.passed]
        if len(failed) == 1:
            alone.add(failed[0])
    for task in problem_set.tasks:
        for test in task.tests:
            if test.hidden:
                assert test.id in alone, f"without {test.id} no wrong answer would slip through"


@pytest.mark.parametrize("split", [False, True], ids=["together", "apart"])
@pytest.mark.parametrize("name", SETS)
def test_the_untouched_release_earns_nothing_and_says_so_kindly(name, split):
    problem_set = read_problem_set(name)
    for task in problem_set.tasks:
        outcomes = run_task(problem_set, task, STUB.format(name=task.name), split=split)
        assert sum(o.points for o in outcomes) == 0, task.name
        visible = [o for o in outcomes if "hidden" not in o.test]
        assert any("yet" in o.message and "dots" in o.message for o in visible), task.name


@pytest.mark.parametrize("name", SETS)
def test_returning_the_library_s_own_function_earns_nothing(name):
    problem_set = read_problem_set(name)
    homes = [
        importlib.import_module(f"kinema.{name}")
        for name in (
            *("flow", "data", "metrics", "cost.layers"),
            *("recognition.inflation", "recognition.two_stream", "recognition.weak_inputs"),
            *("diffusion.schedules", "diffusion.noising", "diffusion.parameterisations", "diffusion.samplers"),
        )
    ]
    tried = 0
    for task in problem_set.tasks:
        for home in homes:
            if not callable(getattr(home, task.name, None)):  # a module may bear a task's name
                continue
            tried += 1
            for source in (
                f"from {home.__name__} import {task.name}",
                f"import {home.__name__}\n{task.name} = {home.__name__}.{task.name}",
                f"import sys\n{task.name} = getattr(sys.modules[{getattr(home, task.name).__module__!r}], {task.name!r})",
            ):
                assert sum(o.points for o in run_task(problem_set, task, source)) == 0, source
    # What these ask for is mostly not in the library under its name.
    assert tried >= {"ps3": 2, "ps4": 0, "ps5": 1, "ps7": 1}.get(name, 4)


def test_a_wrong_answer_that_passes_is_complained_about():
    entry = Entry("ps1", "normal_flow", "wrong_but_right", read_problem_set("ps1").task("normal_flow").answer)
    assert "every test passes it" in complaint(entry, grade(entry))


def test_an_answer_that_ends_the_process_fails_its_task_and_nothing_else():
    problem_set = read_problem_set("ps1")
    outcomes = run_task(problem_set, problem_set.task("normal_flow"), "import os\nos._exit(0)")
    assert [o.passed for o in outcomes] == [False] * 4
    assert "ended the process" in outcomes[0].message


def test_an_endless_answer_is_stopped():
    problem_set = read_problem_set("ps1")
    outcomes = run_task(
        problem_set, problem_set.task("normal_flow"), "def normal_flow(*a):\n    while True: pass", split=True, timeout=1
    )
    assert not any(o.passed for o in outcomes)
    assert "longer than 1 s" in outcomes[0].message


@pytest.mark.parametrize("split", [False, True], ids=["together", "apart"])
def test_an_answer_may_use_torch_though_the_grader_used_it_on_several_threads(split):
    import torch

    torch.set_num_threads(2)
    torch.rand(1500, 1500) @ torch.rand(1500, 1500)  # starts torch's threads, which a forked child does not have
    [entry] = [e for e in ENTRIES if str(e) == "ps2/fit_affine/right_torch"]
    assert complaint(entry, grade(entry, split=split)) is None
