"""A problem set as data: its set-up, its tasks, each task's answer and test cells.

The convention that makes this readable: an answer cell's grade id is its task's name, and the ids of
that task's test cells begin with the name and an underscore.
"""

import re
from dataclasses import dataclass

import nbformat

from coursekit.paths import SOLUTIONS

HIDDEN = re.compile(r"^### BEGIN HIDDEN TESTS$", re.MULTILINE)


@dataclass(frozen=True)
class TestCell:
    """One graded code cell."""

    __test__ = False

    id: str
    source: str
    points: float

    @property
    def hidden(self):
        """Whether students do not see its body."""
        return bool(HIDDEN.search(self.source))


@dataclass(frozen=True)
class Task:
    """One answer cell and the tests that check it."""

    name: str
    answer: str
    tests: tuple

    @property
    def points(self):
        """All that can be earned."""
        return sum(t.points for t in self.tests)


@dataclass(frozen=True)
class ProblemSet:
    """One notebook of solutions/."""

    name: str
    setup: str
    tasks: tuple
    manual: tuple
    """(grade id, points) of answers that a human reads."""

    def task(self, name):
        """The task called `name`."""
        for task in self.tasks:
            if task.name == name:
                return task
        raise KeyError(f"{self.name} has no task {name!r}; there are: {', '.join(t.name for t in self.tasks)}")


def _grading(cell):
    return cell.metadata.get("nbgrader", {})


def read_problem_set(name, folder=SOLUTIONS):
    """Read a problem set from its notebook.

    Raises
    ------
    ValueError
        If an answer has no test, or a test belongs to no answer.
    """
    notebook = nbformat.read(folder / name / f"{name}.ipynb", as_version=4)
    code = [c for c in notebook.cells if c.cell_type == "code"]
    setup = "\n\n".join(c.source for c in code if _grading(c).get("locked") and not _grading(c).get("grade"))
    answers = {_grading(c)["grade_id"]: c.source for c in code if _grading(c).get("solution")}
    tests = {}
    for cell in code:
        grading = _grading(cell)
        if not grading.get("grade") or grading.get("solution"):
            continue
        owner = max((a for a in answers if grading["grade_id"].startswith(f"{a}_")), key=len, default=None)
        if owner is None:
            raise ValueError(f"{name}: the test cell {grading['grade_id']} begins with no answer cell's id")
        tests.setdefault(owner, []).append(TestCell(grading["grade_id"], cell.source, grading["points"]))
    previous = None
    for cell in notebook.cells:
        if _grading(cell).get("grade") and previous is not None and not (previous.get("grade") or previous.get("solution")):
            if cell.cell_type == "markdown":
                # nbgrader restores a deleted graded cell only after another graded or answer cell.
                raise ValueError(f"{name}: the cell before {_grading(cell)['grade_id']} must carry no nbgrader metadata")
        previous = _grading(cell) or previous
    bare = [a for a in answers if a not in tests]
    if bare:
        raise ValueError(f"{name}: no test checks the answer {bare[0]}")
    manual = tuple(
        (_grading(c)["grade_id"], _grading(c)["points"])
        for c in notebook.cells
        if _grading(c).get("grade") and _grading(c).get("solution")
    )
    tasks = tuple(Task(a, source, tuple(tests[a])) for a, source in answers.items())
    return ProblemSet(name, setup, tasks, manual)
