"""The instructor's handbook works as written: every command of it, in order."""

import csv
import os
import re
import shutil
import subprocess
import sys

import pytest

from coursekit.paths import ROOT

pytestmark = pytest.mark.slow

HANDBOOK = ROOT / "book" / "instructor.md"


def blocks(kind):
    return re.findall(rf"```\{{code-block\}} {kind}\n(.*?)```", HANDBOOK.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture(scope="module")
def followed(tmp_path_factory):
    """A copy of the course in which the handbook's commands were run, one shell from first to last."""
    root = tmp_path_factory.mktemp("handbook") / "course"
    skip = shutil.ignore_patterns(".git", ".venv", "_build", "_release", ".grading", "__pycache__", "*.egg-info", ".pytest_cache")
    shutil.copytree(ROOT, root, ignore=skip)
    os.symlink(ROOT / ".venv", root / ".venv")
    script = "set -eu\n" + "\n".join(blocks("bash"))
    # The copy's make must not install again into the environment that it borrows.
    script = script.replace("make student-release", "make -o .venv/.ready student-release")
    environment = {k: v for k, v in os.environ.items() if k not in ("KINEMA_SEED", "PYTHONPATH")}
    environment["PYTHONPATH"] = str(root / "lib")
    done = subprocess.run(["bash", "-c", script], cwd=root, env=environment, capture_output=True, text=True, check=False)
    return root, done


def test_every_command_succeeds(followed):
    root, done = followed
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


def test_the_solved_notebook_earns_the_machine_s_points_and_the_blank_one_none(followed):
    root, done = followed
    with open(root / ".grading" / "grades.csv", newline="") as file:
        scores = {row["student_id"]: (float(row["score"]), float(row["max_score"])) for row in csv.DictReader(file)}
    assert scores["ada"] == (49.0, 54.0)  # five points wait for a human
    assert scores["bob"] == (0.0, 54.0)


def test_a_forgotten_grade_does_not_come_back(followed, tmp_path):
    from coursekit.forget import forget

    root, done = followed
    grading = tmp_path / "grading"
    shutil.copytree(root / ".grading", grading)
    assert forget("ps1", "ada", grading) is True
    assert forget("ps1", "ada", grading) is False
    assert not (grading / "feedback" / "ada" / "ps1").exists()
    assert (grading / "submitted" / "ada" / "ps1" / "ps1.ipynb").exists()
    with pytest.raises(ValueError, match="nothing has been graded yet"):
        forget("ps1", "ada", tmp_path)


def test_the_released_tree_is_there(followed):
    root, done = followed
    assert (root / "_release" / "student" / "exercises" / "ps1" / "ps1.ipynb").is_file()
    assert not (root / "_release" / "student" / "solutions").exists()


def test_only_the_set_up_and_a_listing_are_not_run():
    assert [b.split()[0] for b in blocks("text")] == ["git", ".grading/submitted/ada/ps1/ps1.ipynb"]
    assert len(blocks("bash")) >= 9


def test_the_default_seed_in_the_handbook_is_the_library_s():
    from kinema.practice import DEFAULT_SEED

    assert f"default {DEFAULT_SEED}" in HANDBOOK.read_text(encoding="utf-8")


def test_the_course_command_lists_its_commands_and_refuses_others():
    run = lambda *a: subprocess.run([sys.executable, "-m", "coursekit", *a], capture_output=True, text=True, check=False)  # noqa: E731
    assert "course bank" in run("--help").stdout
    wrong = run("nonsense")
    assert wrong.returncode == 2 and wrong.stderr.startswith("error: no command called 'nonsense'")
    for name in ("book", "release", "bank", "notebooks", "student", "lint", "coverage", "forget"):
        assert "usage" in run(name, "--help").stdout
