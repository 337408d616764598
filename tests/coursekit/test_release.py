"""What students get: byte for byte what a fresh release gives, and nothing of the answers."""

import json
import subprocess
import sys

import nbformat
import pytest

from coursekit.lint import complaints, lint
from coursekit.paths import EXERCISES, ROOT, problem_sets
from coursekit.problem_set import read_problem_set
from coursekit.release import stale
from coursekit.student import build

SETS = problem_sets()


def released(name):
    return nbformat.read(EXERCISES / name / f"{name}.ipynb", as_version=4)


@pytest.mark.parametrize("name", SETS)
def test_exercises_are_what_a_fresh_release_gives(name):
    assert stale(name) == []


@pytest.mark.parametrize("name", SETS)
def test_a_release_holds_no_line_of_a_solution_or_a_hidden_test(name):
    text = "\n".join(cell.source for cell in released(name).cells)
    assert "BEGIN SOLUTION" not in text and "HIDDEN TESTS" not in text
    shown, secret = set(), set()
    for task in read_problem_set(name).tasks:
        for source in [task.answer, *(t.source for t in task.tests)]:
            inside = False
            for line in map(str.strip, source.splitlines()):
                if line.startswith("### "):
                    inside = line.startswith("### BEGIN")
                elif len(line) > 12:
                    (secret if inside else shown).add(line)
    shown.update(map(str.strip, read_problem_set(name).setup.splitlines()))  # a broken answer to mend is given
    assert len(secret - shown) > 50
    given_away = (secret - shown) & {line.strip() for line in text.splitlines()}
    assert not given_away


@pytest.mark.parametrize("name", SETS)
def test_cells_have_words_for_ids_and_no_outputs(name):
    ids = [cell.id for cell in released(name).cells]
    assert len(set(ids)) == len(ids)
    assert all(i.replace("3d", "").replace("_", "").isalpha() for i in ids)
    assert not any(cell.get("outputs") for cell in released(name).cells)


@pytest.mark.parametrize("name", SETS)
def test_stubs_are_dots_under_a_comment(name):
    for task in read_problem_set(name).tasks:
        (cell,) = [c for c in released(name).cells if c.id == task.name]
        assert cell.source.rstrip().endswith("# YOUR CODE HERE\n    ...")


@pytest.mark.parametrize("name", SETS)
def test_tests_could_run_apart_from_the_student_s_code(name):
    assert lint(name) == []


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("import inspect", "inspect"),
        ("from unittest import mock", "unittest"),
        ("assert f() is g", "identity"),
        ("f.__code__", "__code__"),
        ("assert isinstance(x, Net)", "isinstance"),
        ("id(x)", "id()"),
        ("globals()['f']", "globals()"),
        ("assert x is 1", "identity"),
        ("assert isinstance(x, answers.Net)", "isinstance"),
        ("import sys\nsys.modules", "sys"),
        ("hasattr(f, 'x')", "hasattr"),
    ],
)
def test_the_lint_refuses(source, what):
    assert any(what in c for c in complaints(source, {"Net"}))


def test_the_lint_lets_ordinary_cells_pass():
    assert complaints("assert f(1) is None and isinstance(f(2), tuple) and f(3) == 4", {"f"}) == []


def test_the_student_tree_has_exercises_and_library_but_no_answers(tmp_path):
    tree = build(tmp_path / "student")
    names = {str(p.relative_to(tree)) for p in tree.rglob("*") if p.is_file()}
    assert {"exercises/ps1/ps1.ipynb", "lib/kinema/flow/lucas_kanade.py", "environment.yml", "pyproject.toml"} <= names
    assert not any(n.startswith(("solutions", "tests", "lib/coursekit")) for n in names)
    text = "\n".join(p.read_text(encoding="utf-8", errors="ignore") for p in tree.rglob("*") if p.suffix in (".ipynb", ".py", ".toml", ".yml"))
    assert "BEGIN SOLUTION" not in text and "BEGIN HIDDEN TESTS" not in text and "coursekit" not in text


def test_the_student_tree_installs_by_itself(tmp_path):
    tree = build(tmp_path / "student")
    done = subprocess.run(
        [sys.executable, "-c", "import kinema, kinema.flow; print(kinema.__file__)"],
        cwd=tree, env={"PYTHONPATH": str(tree / "lib"), "PATH": ""}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert str(tree) in done.stdout
    import tomllib

    project = tomllib.loads((tree / "pyproject.toml").read_text())
    assert project["project"]["name"] == "kinema" and "scripts" not in project["project"]


def test_the_student_tree_never_replaces_what_it_did_not_make(tmp_path):
    precious = tmp_path / "mine"
    precious.mkdir()
    (precious / "thesis.txt").write_text("years")
    for target in (precious, precious / "thesis.txt", ROOT, ROOT.parent, ROOT / "solutions", ROOT / "new"):
        with pytest.raises(ValueError, match="name a"):
            build(target)
    assert (precious / "thesis.txt").read_text() == "years" and (ROOT / "solutions").is_dir()
    tree = build(tmp_path / "tree")
    (tree / "stale.txt").write_text("old")
    assert not (build(tmp_path / "tree") / "stale.txt").exists()


@pytest.mark.parametrize("name", ["nope", "../ps1", ""])
def test_an_unknown_problem_set_is_refused_by_every_command(name):
    for command in ("bank", "release"):
        done = subprocess.run([sys.executable, "-m", "coursekit", command, name], capture_output=True, text=True, check=False)
        assert done.returncode == 1 and done.stderr.startswith("error: no problem set called"), done.stderr


@pytest.mark.parametrize("name", SETS)
def test_solutions_have_no_stored_outputs(name):
    notebook = json.loads((ROOT / "solutions" / name / f"{name}.ipynb").read_text())
    assert not any(cell.get("outputs") for cell in notebook["cells"])
