"""Where things lie in a checkout of the course."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BOOK = ROOT / "book"
BUILD = ROOT / "_build"
HTML = BUILD / "html"
NOTEBOOKS = BUILD / "notebooks"
SOLUTIONS = ROOT / "solutions"
EXERCISES = ROOT / "exercises"
BANK = ROOT / "tests" / "bank"
STUDENT = ROOT / "_release" / "student"


def problem_sets():
    """Names of the problem sets in solutions/, in order."""
    return sorted(p.name for p in SOLUTIONS.iterdir() if (p / f"{p.name}.ipynb").is_file())


def check_names(names):
    """Refuse names that are no problem sets."""
    unknown = [n for n in names if n not in problem_sets()]
    if unknown:
        raise ValueError(f"no problem set called {unknown[0]!r}; there are: {', '.join(problem_sets())}")
