"""Open JupyterLab with the exercises: ``python -m coursekit.lab``."""

import os
import sys
from pathlib import Path

from coursekit.paths import ROOT


def main(argv=None):
    """Replace this process by JupyterLab, rooted at the course so that nbgrader's menu finds it."""
    tools = Path(sys.executable).parent
    os.environ["PATH"] = f"{tools}{os.pathsep}{os.environ.get('PATH', '')}"
    arguments = sys.argv[1:] if argv is None else argv
    os.chdir(ROOT)
    os.execv(
        sys.executable,
        [sys.executable, "-m", "jupyterlab", "--ServerApp.ip=127.0.0.1", "--LabApp.default_url=/lab/tree/exercises", *arguments],
    )  # fmt: skip


if __name__ == "__main__":
    main()
