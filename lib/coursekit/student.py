"""Build the tree that students get: ``python -m coursekit.student [--out FOLDER]``.

Exercises, the library and what installs it; no solution, no test, no bank, nothing of the workshop.
Binder and Colab open this tree.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from coursekit.notebooks import write_all
from coursekit.paths import EXERCISES, ROOT, STUDENT

README = """\
# Seeing motion: the exercises

Problem sets are in `exercises/`, the course's pages as notebooks in `book/`.
With Python 3.11 or newer:

    python3 -m venv .venv
    .venv/bin/pip install --constraint constraints.txt --editable ".[data,viz,fast,torch,notebook]" nbgrader scipy
    .venv/bin/jupyter lab exercises

Replace each `# YOUR CODE HERE` and the dots below it, run the cells that follow, and press Validate
when you are done. Keep the file's name and the order of its cells; add as many of your own as you like.
"""

ENVIRONMENT = """\
name: seeing-motion
channels: [conda-forge]
dependencies:
  - python=3.12
  - pip
  - pip:
      - --constraint constraints.txt
      - --editable .[data,viz,fast,torch,notebook]
      - nbgrader
      - scipy
"""

# So that Validate, too, takes a warning for what it is.
CONFIG = """\
from nbgrader.preprocessors import CheckCellMetadata, Execute, IgnorePattern

c = get_config()
c.IgnorePattern.enabled = True
c.IgnorePattern.pattern = r"(?s).*"
c.Validator.preprocessors = [CheckCellMetadata, Execute, IgnorePattern]
"""


MARK = ".kinema-student"


def check_target(out):
    """Refuse a folder that this command must not replace: the course itself, or anybody's other files.

    Raises
    ------
    ValueError
        With the remedy.
    """
    target = out.resolve()
    if target == ROOT or target in ROOT.parents or (ROOT in target.parents and STUDENT.parent not in target.parents):
        raise ValueError(f"{out} belongs to the course: name a folder outside it, or under {STUDENT.parent.name}/")
    if target.exists() and not target.is_dir():
        raise ValueError(f"{out} is a file: name a folder")
    if target.is_dir() and any(target.iterdir()) and not (target / MARK).exists():
        raise ValueError(f"{out} is not empty and was not made by this command: name a new folder")


def build(out):
    """Write the tree to `out`; returns its path. An earlier tree of this command is replaced at the end.

    Raises
    ------
    ValueError
        As `check_target`.
    """
    out = Path(out)
    check_target(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.resolve().parent) as scratch:
        fresh = _write(Path(scratch) / "tree")
        shutil.rmtree(out, ignore_errors=True)
        fresh.rename(out)
    return out


def _write(out):
    skip = shutil.ignore_patterns("__pycache__", "*.egg-info", ".ipynb_checkpoints")
    shutil.copytree(ROOT / "lib" / "kinema", out / "lib" / "kinema", ignore=skip)
    shutil.copytree(EXERCISES, out / "exercises", ignore=skip)
    for name in ("constraints.txt", "LICENSE"):
        shutil.copy(ROOT / name, out)
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    start, end = project.index("[project.scripts]"), project.index("[tool.setuptools.packages.find]")
    project = project[:start] + project[end:]
    project = "\n".join(line for line in project.splitlines() if not line.startswith("coursekit ="))
    (out / "pyproject.toml").write_text(project[: project.index("[tool.pytest")].rstrip() + "\n", encoding="utf-8")
    (out / MARK).write_text("made by: course student\n", encoding="utf-8")
    (out / "README.md").write_text(README, encoding="utf-8")
    (out / "environment.yml").write_text(ENVIRONMENT, encoding="utf-8")
    (out / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
    write_all(out)
    return out


def main(argv=None):
    """Parse the command line and build."""
    parser = argparse.ArgumentParser(prog="python -m coursekit.student", description=__doc__)
    parser.add_argument("--out", type=Path, default=STUDENT, help="default: _release/student")
    try:
        print(f"wrote {build(parser.parse_args(argv).out)}")
    except (ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
