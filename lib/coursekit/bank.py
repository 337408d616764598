"""The bank: wrong answers that must fail, right ones that must pass, for every task.

``tests/bank/<set>/<task>/wrong_*.py`` and ``right_*.py`` hold the source of the answer cell. A wrong
one says in its docstring what is wrong, and in ``# symptom:`` a phrase that the failing test's message
must contain. ``python -m coursekit.bank ps1`` runs it and prints a table.
"""

import argparse
import re
import sys
from dataclasses import dataclass

from coursekit.paths import BANK, check_names, problem_sets
from coursekit.problem_set import read_problem_set
from coursekit.split.runner import run_task, warm

_SYMPTOM = re.compile(r"^# symptom: (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Entry:
    """One answer of the bank."""

    problem_set: str
    task: str
    name: str
    source: str

    @property
    def wrong(self):
        """Whether it must fail."""
        return self.name.startswith("wrong_")

    @property
    def symptom(self):
        """Phrase that a failing test must say, or None."""
        found = _SYMPTOM.search(self.source)
        return found.group(1).strip() if found else None

    def __str__(self):
        return f"{self.problem_set}/{self.task}/{self.name}"


def entries(problem_set, folder=BANK):
    """All answers of the bank for a problem set, in order.

    Raises
    ------
    ValueError
        If a file is named neither wrong_ nor right_.
    """
    found = []
    for path in sorted((folder / problem_set).glob("*/*.py")):
        if not path.stem.startswith(("wrong_", "right_")):
            raise ValueError(f"{path}: name it wrong_something.py or right_something.py")
        found.append(Entry(problem_set, path.parent.name, path.stem, path.read_text(encoding="utf-8")))
    return found


def grade(entry, *, split=False, seed=None):
    """Outcomes of one entry on its task's tests."""
    warm("import scipy.ndimage, scipy.signal, torch")  # else each answer that uses them waits seconds for them
    problem_set = read_problem_set(entry.problem_set)
    return run_task(problem_set, problem_set.task(entry.task), entry.source, split=split, seed=seed)


def complaint(entry, outcomes):
    """What is wrong with an entry's outcomes, in a line, or None when they are as they must be."""
    failed = [o for o in outcomes if not o.passed]
    if not entry.wrong:
        return f"{entry}: right, yet {failed[0].test} fails it: {failed[0].message}" if failed else None
    if not failed:
        return f"{entry}: wrong, yet every test passes it"
    if entry.symptom is None:
        return f"{entry}: names no symptom"
    if not any(entry.symptom in o.message for o in failed):
        return f"{entry}: fails, but no message says {entry.symptom!r}: {failed[0].message}"
    if not any(o.passed and "hidden" not in o.test for o in outcomes):
        return f"{entry}: fails every visible test, so it is no plausible answer"
    return None


def main(argv=None):
    """Run the bank and print which test catches what; returns 1 if anything is amiss."""
    parser = argparse.ArgumentParser(prog="python -m coursekit.bank", description=__doc__)
    parser.add_argument("problem_set", nargs="*", default=problem_sets(), help="default: all")
    parser.add_argument("--split", action="store_true", help="run the answers in a process of their own")
    parser.add_argument("--seed", type=int, help="KINEMA_SEED of the hidden cases")
    arguments = parser.parse_args(argv)
    check_names(arguments.problem_set)
    amiss = []
    for name in arguments.problem_set:
        for entry in entries(name):
            outcomes = grade(entry, split=arguments.split, seed=arguments.seed)
            caught = ", ".join(o.test.removeprefix(f"{entry.task}_") for o in outcomes if not o.passed)
            print(f"{str(entry):58} {caught or 'passes'}")
            amiss += filter(None, [complaint(entry, outcomes)])
    for line in amiss:
        print(f"error: {line}", file=sys.stderr)
    return 1 if amiss else 0


if __name__ == "__main__":
    sys.exit(main())
