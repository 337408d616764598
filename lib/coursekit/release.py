"""Generate exercises/ from solutions/: ``python -m coursekit.release [--check]``.

nbgrader does the work, with the course's own nbgrader_config.py, in a temporary copy with a fresh
gradebook, so that the same solutions always give the same bytes.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from coursekit.paths import EXERCISES, ROOT, SOLUTIONS, check_names, problem_sets


def nbgrader(*arguments, root=ROOT, grading=None, check=True):
    """Run an nbgrader command as the handbook writes it.

    Parameters
    ----------
    *arguments : str
        Such as "autograde", "ps1".
    root : Path
        Folder that holds nbgrader_config.py.
    grading : Path or None
        Where submissions and the gradebook live; None takes the configuration's own choice.
    check : bool
        Whether a failure raises.

    Returns
    -------
    subprocess.CompletedProcess
        With output and errors as text.

    Raises
    ------
    RuntimeError
        If the command failed and `check` is set, with its last lines.
    """
    tools = Path(sys.executable).parent
    environment = dict(os.environ, PATH=f"{tools}{os.pathsep}{os.environ.get('PATH', '')}")  # it calls alembic by name
    if grading is not None:
        environment["KINEMA_GRADING"] = str(grading)
    done = subprocess.run(
        [str(tools / "nbgrader"), *arguments], cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    if check and done.returncode:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-12:])
        raise RuntimeError(f"nbgrader {' '.join(arguments)} failed with {done.returncode}:\n{tail}")
    return done


def generate(name, target):
    """Write the release of problem set `name` into the folder `target`/`name`."""
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        shutil.copy(ROOT / "nbgrader_config.py", root)
        shutil.copytree(SOLUTIONS / name, root / "solutions" / name, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
        nbgrader("generate_assignment", name, root=root, grading=root / "grading")
        out = Path(target) / name
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(root / "exercises" / name, out)
    return out


def stale(name):
    """Files of exercises/`name` that a fresh release would change, add or drop."""
    with tempfile.TemporaryDirectory() as scratch:
        fresh = generate(name, scratch)
        new = {p.relative_to(fresh): p.read_bytes() for p in fresh.rglob("*") if p.is_file()}
    kept = EXERCISES / name
    old = {
        p.relative_to(kept): p.read_bytes()
        for p in kept.rglob("*")
        if p.is_file() and ".ipynb_checkpoints" not in p.parts
    }
    return sorted(str(p) for p in new.keys() | old.keys() if new.get(p) != old.get(p))


def main(argv=None):
    """Generate, or with --check compare; returns 1 if a release is stale."""
    parser = argparse.ArgumentParser(prog="python -m coursekit.release", description=__doc__)
    parser.add_argument("problem_set", nargs="*", default=problem_sets(), help="default: all")
    parser.add_argument("--check", action="store_true", help="only say whether exercises/ is up to date")
    arguments = parser.parse_args(argv)
    check_names(arguments.problem_set)
    code = 0
    for name in arguments.problem_set:
        if not arguments.check:
            print(f"wrote {generate(name, EXERCISES)}")
        elif files := stale(name):
            print(f"error: exercises/{name} is stale ({', '.join(files)}): run make release", file=sys.stderr)
            code = 1
        else:
            print(f"exercises/{name} is what a fresh release gives")
    return code


if __name__ == "__main__":
    sys.exit(main())
