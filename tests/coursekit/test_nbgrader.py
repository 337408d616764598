"""nbgrader itself, from release to export, on eight submissions of which one is corrupt."""

import csv
import os
import shutil

import nbformat
import pytest

from coursekit.bank import entries
from coursekit.paths import EXERCISES, ROOT
from coursekit.problem_set import read_problem_set
from coursekit.release import nbgrader
from coursekit.split.runner import run_task

pytestmark = pytest.mark.slow

PS = read_problem_set("ps1")
TOTAL = sum(t.points for t in PS.tasks)
NOISY = "import sys, warnings\nwarnings.warn('a warning')\nprint('a progress bar', file=sys.stderr)\nsys.__stderr__.write('bytes')\n"
OS_NOISE = "import os\nos.write(2, b'from C code\\n')\n"


def solved(answers=None, prefix=""):
    """The release with answers filled in: the solutions', or those given by task."""
    notebook = nbformat.read(EXERCISES / "ps1" / "ps1.ipynb", as_version=4)
    for cell in notebook.cells:
        for task in PS.tasks:
            if cell.id == task.name:
                source = task.answer if answers is None or task.name not in answers else answers[task.name]
                cell.source = prefix + source
        if cell.id == "explain":
            cell.source = "It averaged noise."
    return notebook


def bank(task, name):
    return next(e.source for e in entries("ps1") if e.task == task and e.name == name)


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A course folder in which eight submissions went through nbgrader's own commands."""
    root = tmp_path_factory.mktemp("course")
    grading = root / "grading"
    shutil.copy(ROOT / "nbgrader_config.py", root)
    shutil.copytree(ROOT / "solutions", root / "solutions")
    nbgrader("generate_assignment", "ps1", root=root, grading=grading)
    slow_loops = {t.name: e.source for t in PS.tasks for e in entries("ps1") if e.task == t.name and e.name.startswith("right")}
    submissions = {
        "right": solved(),
        "otherwise": solved(slow_loops),
        "noisy": solved(prefix=NOISY + OS_NOISE),
        "sign": solved({"normal_flow": bank("normal_flow", "wrong_minus_missing")}),
        "several": solved(
            {t: bank(t, n) for t, n in (("derivatives", "wrong_border_wraps"), ("intersect", "wrong_fixed_determinant"))}
        ),
        "broken": solved({"classify": "def classify(M, tau:\n    return"}),
        "blank": nbformat.read(EXERCISES / "ps1" / "ps1.ipynb", as_version=4),
    }
    for student, notebook in submissions.items():
        folder = grading / "submitted" / student / "ps1"
        folder.mkdir(parents=True)
        nbformat.write(notebook, folder / "ps1.ipynb")
    corrupt = grading / "submitted" / "corrupt" / "ps1"
    corrupt.mkdir(parents=True)
    (corrupt / "ps1.ipynb").write_text('{"cells": [')
    done = nbgrader("autograde", "ps1", root=root, grading=grading, check=False)
    nbgrader("generate_feedback", "ps1", root=root, grading=grading)
    nbgrader("export", "--to", str(root / "grades.csv"), root=root, grading=grading)
    with open(root / "grades.csv", newline="") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    return root, grading, done, rows


def score(graded, student):
    return float(graded[3][student]["score"])


@pytest.mark.parametrize("student", ["right", "otherwise"])
def test_right_answers_earn_every_point_that_a_machine_can_give(graded, student):
    assert score(graded, student) == TOTAL


def test_warnings_and_progress_bars_cost_nothing(graded):
    assert score(graded, "noisy") == TOTAL


def test_a_wrong_answer_costs_exactly_the_tests_that_the_bank_says(graded):
    outcomes = run_task(PS, PS.task("normal_flow"), bank("normal_flow", "wrong_minus_missing"))
    earned = sum(o.points for o in outcomes)
    assert 0 < earned < PS.task("normal_flow").points
    assert score(graded, "sign") == TOTAL - PS.task("normal_flow").points + earned


def test_two_wrong_answers_cost_both_tasks(graded):
    assert score(graded, "several") == TOTAL - 4  # two hidden tests of two points each


def test_a_syntax_error_costs_its_task_and_the_rest_is_graded(graded):
    assert score(graded, "broken") == TOTAL - PS.task("classify").points


def test_the_untouched_release_earns_nothing(graded):
    assert score(graded, "blank") == 0


def test_the_corrupt_file_is_named_and_stops_nobody(graded):
    root, grading, done, rows = graded
    assert "corrupt" in done.stdout + done.stderr
    assert not (grading / "autograded" / "corrupt" / "ps1" / "ps1.ipynb").exists()
    assert float(rows["corrupt"]["score"]) == 0
    assert set(rows) == {"right", "otherwise", "noisy", "sign", "several", "broken", "blank", "corrupt"}


def test_every_graded_student_gets_feedback(graded):
    root, grading, done, rows = graded
    for student in set(rows) - {"corrupt"}:
        page = (grading / "feedback" / student / "ps1" / "ps1.html").read_text(encoding="utf-8")
        assert "normal_flow" in page
    assert "points backwards" in (grading / "feedback" / "sign" / "ps1" / "ps1.html").read_text(encoding="utf-8")


def test_validate_tells_the_blank_notebook_from_the_solved_one(graded):
    root, grading, done, rows = graded
    for student, verdict in (("right", "Success"), ("noisy", "Success"), ("blank", "VALIDATION FAILED")):
        notebook = grading / "submitted" / student / "ps1" / "ps1.ipynb"
        said = nbgrader("validate", str(notebook), root=root, grading=grading, check=False)
        assert verdict in said.stdout, f"{student}: {said.stdout[-500:]}{said.stderr[-500:]}"


def test_nothing_of_grading_lies_where_git_looks(graded):
    ignored = (ROOT / ".gitignore").read_text().splitlines()
    assert ".grading/" in ignored
    assert not os.path.exists(ROOT / "gradebook.db")
