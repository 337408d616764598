"""A real JupyterLab with a real kernel, and a browser that works in it."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "browser"))

import chromium
from coursekit.paths import ROOT

START_SECONDS = 60

OPEN = """async (path) => {
  await window.jupyterapp.restored;
  const widget = await window.jupyterapp.commands.execute("docmanager:open", { path, factory: "Notebook" });
  await widget.context.ready;
  await widget.sessionContext.ready;
  window.notebook = widget;
}"""

# Code run in the notebook's own kernel, beside its cells; resolves to what it printed.
ASK = """async (code) => {
  const kernel = window.notebook.sessionContext.session.kernel;
  const future = kernel.requestExecute({ code, store_history: false });
  let said = "";
  future.onIOPub = ({ header, content }) => {
    if (header.msg_type === "stream") said += content.text;
    if (header.msg_type === "error") said += `${content.ename}: ${content.evalue}`;
  };
  await future.done;
  return said;
}"""

RUN_CELL = """async (k) => {
  const { notebook, jupyterapp } = window;
  notebook.content.activeCellIndex = k;
  notebook.content.deselectAll();
  await jupyterapp.commands.execute("notebook:run-cell");
  const { outputs } = notebook.content.model.cells.get(k);
  return (outputs?.toJSON() || []).map((o) => o.output_type === "error" ? `${o.ename}: ${o.evalue}` : o.output_type);
}"""


# JupyterLab times itself against limits of its own and says so on a busy machine: its speed is not the course's.
SLOW = re.compile(
    r"warning: (Item with index \d+ did not appear within \d+ ms"
    r"|Plugin \S+ (\(with \d+ dependants\) took [\d.]+ms|is taking too long) to activate\.)"
)


class Lab:
    """A running JupyterLab: its address and the folder it shows."""

    def __init__(self, address, folder):
        self.address, self.folder = address, folder


class Notebook:
    """A notebook that is open in a browser, its kernel at work."""

    def __init__(self, page):
        self.page = page

    def complaints(self):
        """All that should not have happened so far, one line each; how long JupyterLab took is not among it."""
        return [line for line in self.page.record.complaints() if not SLOW.fullmatch(line)]

    def run_all(self):
        """Run all cells as the menu does, to the end or to the first error."""
        self.page.evaluate("() => { window.ran = window.jupyterapp.commands.execute('notebook:run-all-cells'); }")
        self.page.evaluate("() => window.ran")

    def run(self, k):
        """Run cell number `k`; returns its outputs, errors in words."""
        return self.page.evaluate(RUN_CELL, k)

    def outputs(self):
        """Output of every cell as nbformat has it."""
        return self.page.evaluate(
            "() => [...window.notebook.content.model.cells].map((cell) => cell.outputs?.toJSON() || [])"
        )

    def ask(self, code):
        """What `code` prints in the notebook's kernel."""
        return self.page.evaluate(ASK, code)

    def value(self, expression):
        """Value of a Python expression in the kernel, by way of JSON."""
        said = self.ask(f"import json; print(json.dumps({expression}))")
        try:
            return json.loads(said)
        except ValueError:
            pytest.fail(f"the kernel said: {said}")

    def becomes(self, expression, wanted, seconds=10):
        """Wait until a Python expression has a value; fails with the last one seen."""
        end = time.monotonic() + seconds
        while (seen := self.value(expression)) != wanted:
            if time.monotonic() > end:
                pytest.fail(f"{expression} is {seen} in Python, not {wanted}")
            time.sleep(0.05)


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """JupyterLab over a fresh copy of the course, with settings and workspace of its own."""
    scratch = tmp_path_factory.mktemp("lab")
    course = scratch / "course"
    for name in ("exercises", "solutions"):
        shutil.copytree(ROOT / name, course / name, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    shutil.copy(ROOT / "nbgrader_config.py", course)
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER_", "JPY_", "KINEMA_"))}
    for name in ("CONFIG", "DATA", "RUNTIME"):
        (scratch / name.lower()).mkdir()
        environment[f"JUPYTER_{name}_DIR"] = str(scratch / name.lower())
    tools = Path(sys.executable).parent
    environment |= {
        "IPYTHONDIR": str(scratch / "ipython"),
        "KINEMA_GRADING": str(scratch / "grading"),
        "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "lib"), *filter(None, [os.environ.get("PYTHONPATH")])]),
    }
    (scratch / "config" / "labconfig").mkdir()
    (scratch / "config" / "labconfig" / "page_config.json").write_text(
        json.dumps({"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}})  # it asks the web
    )
    log = scratch / "lab.log"
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", "--ServerApp.port=0", "--allow-root",
        "--IdentityProvider.token=", "--expose-app-in-browser", f"--ServerApp.root_dir={course}",
    ]  # fmt: skip
    with log.open("w") as out:
        server = subprocess.Popen(command, cwd=course, env=environment, stdout=out, stderr=subprocess.STDOUT)
    try:
        yield Lab(_address(server, scratch / "runtime", log), course)
    finally:
        server.terminate()
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _address(server, runtime, log):
    """Address of the server once it has written it down."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        for path in runtime.glob("jpserver-*.json"):
            try:
                return json.loads(path.read_text())["url"].rstrip("/")
            except ValueError:
                pass  # half written
        if server.poll() is not None:
            break
        time.sleep(0.1)
    pytest.fail("JupyterLab did not start:\n" + "\n".join(log.read_text().splitlines()[-15:]), pytrace=False)


@pytest.fixture(scope="module")
def browser():
    with chromium.launched() as running:
        yield running


@pytest.fixture(scope="module")
def open_notebook(browser, lab):
    """open_notebook(path): the notebook in a workspace of its own, once its kernel answers."""
    with ExitStack() as stack:

        def opener(path):
            page = stack.enter_context(chromium.opened(browser, lab.address, width=1400, height=1000))
            page.set_default_timeout(30_000)
            workspace = path.replace("/", "-").replace(".", "-")
            page.goto(f"{lab.address}/lab/workspaces/{workspace}?reset", wait_until="domcontentloaded")
            page.wait_for_function("window.jupyterapp !== undefined")
            page.evaluate(OPEN, path)
            notebook = Notebook(page)
            assert notebook.ask("print('ready')") == "ready\n"
            return notebook

        yield opener
