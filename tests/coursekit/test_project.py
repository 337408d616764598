"""What holds the project together: dependencies, environments, links, set-up."""

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import tomllib
from contextlib import closing
from pathlib import Path

import nbformat
import pytest
import yaml

from coursekit import book
from coursekit.notebooks import executable_pages, pages, repository, to_notebook
from coursekit.paths import BUILD, HTML, ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]


def test_conda_installs_every_extra_in_the_pinned_versions():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    assert [d for d in environment["dependencies"] if isinstance(d, str)] == ["python=3.12", "pip"]
    (pip,) = [d["pip"] for d in environment["dependencies"] if isinstance(d, dict)]
    assert pip[0] == "--constraint constraints.txt"
    (extras,) = re.findall(r"--editable \.\[(.*)\]", pip[1])
    assert set(extras.split(",")) == set(EXTRAS)
    assert len(pip) == 2


def test_every_dependency_is_pinned():
    pinned = {re.sub(r"[-_.]+", "-", line.split("==")[0]).lower() for line in (ROOT / "constraints.txt").read_text().splitlines()}
    for requirement in [*PROJECT["dependencies"], *(r for group in EXTRAS.values() for r in group)]:
        name = re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", requirement)[0]).lower()
        assert name in pinned, name
    text = (ROOT / "constraints.txt").read_text()
    assert "torch==2.13.0\n" in text and "jupyter-book==1.0.4.post1\n" in text and "cupy-cuda13x==" in text


def test_the_set_up_installs_all_extras_but_the_gpu_s():
    (listed,) = re.findall(r'EXTRAS = "(.*)"', (ROOT / "tools" / "bootstrap.py").read_text())
    assert set(listed.split(",")) == set(EXTRAS) - {"gpu"}


def test_the_library_alone_is_light():
    assert [re.match(r"[\w-]+", d)[0] for d in PROJECT["dependencies"]] == ["numpy", "array-api-compat"]


def test_the_repository_s_address_stands_in_one_place():
    address = repository()["url"].removeprefix("https://")
    found = subprocess.run(["git", "grep", "-l", address], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    if not found:
        pytest.skip("not a git checkout")
    assert found == ["_config.yml"]


def test_every_launch_link_points_to_a_notebook_that_is_made():
    made = {f"{page}.ipynb" for page in executable_pages()}
    seen = set()
    for page in pages():
        for url in re.findall(r'href="(https://(?:mybinder|colab)[^"]+)"', (HTML / f"{page}.html").read_text(encoding="utf-8")):
            target = re.search(r"book/[\w/.-]+", url.replace("%2F", "/"))[0]
            assert f"/{repository()['branch']}" in url
            assert target in made, url
            seen.add(target)
    assert seen == made


def test_notebooks_open_with_a_cell_that_installs_the_course_where_it_is_missing():
    for page in executable_pages():
        notebook = to_notebook(page)
        assert "pip install" in notebook.cells[0].source and repository()["url"] in notebook.cells[0].source
        assert not any(c.get("outputs") for c in notebook.cells)


def in_cache(page):
    """Whether an earlier build has run this page and kept what came out."""
    cache = BUILD / ".jupyter_cache" / "global.db"
    with closing(sqlite3.connect(cache)) as database:
        uris = [uri for (uri,) in database.execute("select uri from nbcache")]
    return any(Path(uri).with_suffix("").as_posix().endswith(page) for uri in uris)


@pytest.mark.parametrize("page", executable_pages())
def test_a_page_s_notebook_holds_the_cells_that_the_book_has_run(page):
    code = lambda notebook: [(c.source.strip(), c.metadata.get("tags", [])) for c in notebook.cells if c.cell_type == "code"]
    run = nbformat.read(BUILD / "jupyter_execute" / f"{page}.ipynb", as_version=4)
    assert code(to_notebook(page))[1:] == code(run)
    counts = [c.execution_count for c in run.cells if c.cell_type == "code"]
    if any(counts) or not in_cache(page):  # a page that comes from the cache of an earlier build has lost its numbers
        assert counts == list(range(1, len(counts) + 1))
    assert not any(o.output_type == "error" for c in run.cells if c.cell_type == "code" for o in c.outputs)


def test_a_change_of_the_library_makes_executed_pages_stale_and_a_change_of_a_page_does_not(tmp_path):
    for name in ("lib", "book"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "vendor", "*.egg-info"))
    for name in ("_config.yml", "_toc.yml", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path)
    before = book.fingerprint(tmp_path)
    page = tmp_path / "book" / "welcome.md"
    page.write_text(page.read_text() + "\nOne more line.\n")
    after_page = book.fingerprint(tmp_path)
    assert after_page["executed"] == before["executed"] and after_page["everything"] != before["everything"]
    for name in ("flow/derivatives.py", "data/records/flow_cpu.json"):
        part = tmp_path / "lib" / "kinema" / name
        part.write_text(part.read_text() + "\n")
        now = book.fingerprint(tmp_path)
        assert now["executed"] != before["executed"], name
        before = now


def test_a_busy_port_is_one_clear_line():
    server = book.make_server(HTML, 0)
    try:
        port = server.server_address[1]
        done = subprocess.run(
            [sys.executable, "-m", "coursekit.book", "serve", "--port", str(port)], capture_output=True, text=True, check=False, timeout=60
        )
    finally:
        server.server_close()
    assert done.returncode == 1
    assert re.fullmatch(rf"error: port {port} cannot be used \(.*\); try: make serve PORT={port + 1}\n", done.stderr)


def test_an_impossible_port_is_one_clear_line():
    done = subprocess.run(
        [sys.executable, "-m", "coursekit.book", "serve", "--port", "70000"], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 1 and done.stderr == "error: port 70000 cannot be used (no such port); try: make serve PORT=8000\n"


def test_a_path_with_a_space_names_a_python(tmp_path):
    (tmp_path / "my pythons").mkdir()
    os.symlink(sys.executable, tmp_path / "my pythons" / "python3")
    named = {"PATH": os.environ["PATH"], "PYTHON": str(tmp_path / "my pythons" / "python3")}
    done = subprocess.run(["sh", str(ROOT / "tools" / "find_python.sh")], env=named, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == named["PYTHON"]


def _shim(folder, name, script):
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def _find_python(folder):
    shell = shutil.which("sh")
    return subprocess.run([shell, str(ROOT / "tools" / "find_python.sh")], env={"PATH": str(folder)}, capture_output=True, text=True, check=False)


def test_no_python_is_one_clear_line(tmp_path):
    done = _find_python(tmp_path)
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.count("\n") == 1 and "no Python found" in done.stderr


def test_a_too_old_python_is_one_clear_line(tmp_path):
    _shim(tmp_path, "python3", 'case "$1" in --version) echo "Python 3.8.10";; *) exit 1;; esac')
    done = _find_python(tmp_path)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1 and "3.11 or newer is needed" in done.stderr and "Python 3.8.10" in done.stderr


def test_a_new_enough_python_is_found(tmp_path):
    _shim(tmp_path, "python3", "exit 1")
    os.symlink(sys.executable, tmp_path / "python3.12")
    done = _find_python(tmp_path)
    assert done.returncode == 0 and done.stdout.strip().endswith("python3.12")


def test_without_a_network_the_set_up_ends_in_one_clear_line(tmp_path):
    for name in ("pyproject.toml", "constraints.txt", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "tools" / "bootstrap.py", tmp_path / "tools")
    (tmp_path / "lib").mkdir()
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(tmp_path), "PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_RETRIES": "0", "PIP_FIND_LINKS": "", "PIP_NO_CACHE_DIR": "1",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, str(tmp_path / "tools" / "bootstrap.py")], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1 and "cannot be reached" in done.stderr, done.stderr


def test_make_help_lists_every_target_in_a_line():
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split())
    alone = {k: v for k, v in os.environ.items() if not k.startswith("MAKE") and k != "MFLAGS"}  # `make test` runs this
    shown = subprocess.run(["make", "help"], cwd=ROOT, env=alone, capture_output=True, text=True, check=True).stdout
    assert targets == {line.split()[1] for line in shown.splitlines()}


def test_the_mark_is_drawn_by_the_library():
    from kinema.viz.mark import mark_svg

    assert (ROOT / "book" / "_static" / "mark.svg").read_text(encoding="utf-8") == mark_svg()


def test_footage_is_what_its_readme_says():
    from kinema.data import load_clip

    text = (ROOT / "lib" / "kinema" / "data" / "footage" / "README.md").read_text()
    clip = load_clip("city")
    count, height, width, _ = clip.frames.shape
    assert f"{count} frames of {width} x {height} pixels, {clip.frame_rate:g} frames a second" in text
    assert "CC0 1.0" in text


def side_by_side(*jobs):
    command = [sys.executable, ROOT / "tools" / "side_by_side.py", *jobs]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="nothing runs side by side on one core")
def test_jobs_run_at_once_and_any_failure_is_theirs(tmp_path):
    # Each waits for the other's file: one after the other they would never end.
    meet = "touch {0}/{1}; while ! [ -e {0}/{2} ]; do sleep 0.01; done; echo from {1}; exit {3}"
    for codes, expected in (((0, 0), 0), ((0, 3), 3), ((4, 0), 4)):
        for path in tmp_path.iterdir():
            path.unlink()
        a, b = (f"{me}: " + meet.format(tmp_path, me, other, code) for me, other, code in zip("ab", "ba", codes, strict=True))
        done = side_by_side(a, b)
        assert done.returncode == expected
        assert {"from a", "from b", f"a: exit status {codes[0]}"} <= {line.removeprefix("======== ").split(" in ")[0] for line in done.stdout.splitlines()}


def test_a_job_waits_for_those_it_needs_and_is_left_out_when_they_fail(tmp_path):
    done = side_by_side(f"first: sleep 0.5; touch {tmp_path}/there", f"second after first: ls {tmp_path}")
    assert done.returncode == 0 and "\nthere\n" in done.stdout
    done = side_by_side("first: exit 5", "second after first: echo ran", "third: echo ran too")
    assert done.returncode == 5 and "\nran\n" not in done.stdout and "\nran too\n" in done.stdout


def test_jobs_that_cannot_be_read_are_one_clear_line():
    for jobs, word in (((), "no job"), (("make book",), "make book"), (("a after b: ls",), "waits for b")):
        done = side_by_side(*jobs)
        assert done.returncode == 2 and word in done.stderr and "Traceback" not in done.stderr
    assert side_by_side("a: no-such-command").returncode == 127


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_run_leaves_nothing_behind(tmp_path, sent):
    # The shell has another command to wait for, so it cannot hand its process over to the first.
    command = f"job: sh -c 'echo $$ > {tmp_path}/pid; exec sleep 300'; true"
    running = subprocess.Popen([sys.executable, ROOT / "tools" / "side_by_side.py", command], stdout=subprocess.DEVNULL)
    end = time.monotonic() + 30
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text().strip():
        assert time.monotonic() < end
        time.sleep(0.05)
    running.send_signal(sent)
    assert running.wait(30) == 130
    with pytest.raises(ProcessLookupError):
        for _ in range(100):
            os.kill(int((tmp_path / "pid").read_text()), 0)
            time.sleep(0.05)
