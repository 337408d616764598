"""Create .venv and install the course into it. Called by make; needs nothing but Python itself."""

import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOG = VENV / "install.log"
EXTRAS = "data,viz,fast,torch,recognition,judging,notebook,book,grading,bench,tests"
# For comparing networks and measures with theirs, in tests only. Without dependencies: these would bring a CUDA build of torch.
ALONE = [
    "torchvision", "torchmetrics", "lightning-utilities", "pycocotools",
    "pytorchvideo", "fvcore", "iopath", "parameterized", "portalocker", "tabulate", "termcolor", "tqdm", "yacs",
]  # fmt: skip
NETWORK = re.compile(
    r"NewConnectionError|Temporary failure in name resolution|ConnectTimeout|Network is unreachable|"
    r"Could not fetch URL|No route to host|ProxyError|nodename nor servname|Name or service not known|Connection refused|"
    r"\(from versions: none\)",
)


def stop(message):
    """End with one line on stderr."""
    sys.stderr.write("error: " + message + "\n")
    sys.exit(1)


def create():
    """Make the virtual environment, unless it is there."""
    python = VENV / "bin" / "python"
    if python.exists():
        check = [str(python), "-c", "import pip, sys; sys.exit(sys.version_info < (3, 11))"]
        if subprocess.call(check, stderr=subprocess.DEVNULL) == 0:
            return
        shutil.rmtree(str(VENV), ignore_errors=True)  # left over from a set-up that failed
    try:
        venv.EnvBuilder(with_pip=True, symlinks=os.name != "nt").create(str(VENV))
    except (subprocess.CalledProcessError, OSError, ImportError) as error:
        shutil.rmtree(str(VENV), ignore_errors=True)
        version = "%d.%d" % sys.version_info[:2]
        stop(
            "cannot create .venv with Python %s (%s). On Debian or Ubuntu: apt-get install python%s-venv"
            % (version, error.__class__.__name__, version)
        )


def install():
    """Install the distribution with its extras in the pinned versions."""
    pip = [
        str(VENV / "bin" / "python"), "-m", "pip", "install", "--disable-pip-version-check", "--no-input",
        "--constraint", "constraints.txt",
    ]  # fmt: skip
    print("installing into .venv (a few minutes the first time; log in .venv/install.log)", flush=True)
    with open(str(LOG), "w") as log:
        for what in (["--editable", ".[%s]" % EXTRAS], ["--no-deps", *ALONE]):
            code = subprocess.call(pip + what, cwd=str(ROOT), stdout=log, stderr=subprocess.STDOUT)
            if code != 0:
                break
    if code == 0:
        return
    text = LOG.read_text(errors="replace")
    if NETWORK.search(text):
        stop("the package index cannot be reached: check the network or proxy, then run make again (.venv/install.log)")
    errors = [line.strip() for line in text.splitlines() if line.startswith("ERROR")]
    stop("installation failed: %s (.venv/install.log)" % (errors[-1] if errors else "pip exited with %d" % code))


def main():
    """Create, install, leave a mark that make looks at."""
    create()
    install()
    (VENV / ".ready").write_text("")


if __name__ == "__main__":
    main()
