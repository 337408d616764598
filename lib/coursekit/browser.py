"""Find a browser for the tests, or get one: ``python -m coursekit.browser [--install]``.

First the system's Chromium or Chrome, then Playwright's own, then the system's package manager. Where Chromium's shell
without windows is there, it goes first: the same engine, and pages open in two thirds of the time.
"""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
ARGUMENTS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


def find():
    """Path of a browser, or None. KINEMA_BROWSER overrides the search."""
    named = os.environ.get("KINEMA_BROWSER")
    if named:
        return named if Path(named).exists() else None
    candidates = [shutil.which(name) for name in NAMES] + [p for p in MAC if Path(p).exists()]
    for path in filter(None, candidates):
        if starts(path):
            return path
    return _playwrights_own()


def starts(path):
    """Whether the browser at `path` runs: it may lack libraries, or be a stub that only advertises one."""
    return _run(path, *ARGUMENTS, "--dump-dom", "about:blank", timeout=60)


def _playwrights_own():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() and starts(path) else None


def _run(*command, timeout=600):
    try:
        environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
        done = subprocess.run(
            command, capture_output=True, stdin=subprocess.DEVNULL, timeout=timeout, check=False, env=environment
        )
        return done.returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def install():
    """Get a browser; returns its path, or None if none of the ways worked."""
    if _run(sys.executable, "-m", "playwright", "install", "chromium", timeout=300) and (path := find()):
        return path
    if shutil.which("apt-get"):
        root = [] if os.geteuid() == 0 else ["sudo", "-n"]
        _run(*root, "apt-get", "update")
        for package in ("chromium-headless-shell", "chromium", "chromium-browser"):
            if _run(*root, "apt-get", "install", "-y", "--no-install-recommends", package) and (path := find()):
                return path
        _run(*root, sys.executable, "-m", "playwright", "install-deps", "chromium")
    elif shutil.which("brew"):
        _run("brew", "install", "--cask", "google-chrome")
    return find()


def main(argv=None):
    """Print the browser's path; with --install get one if there is none. Returns 1 without one."""
    parser = argparse.ArgumentParser(prog="python -m coursekit.browser", description=__doc__)
    parser.add_argument("--install", action="store_true", help="get one where there is none")
    arguments = parser.parse_args(argv)
    path = find()
    if path is None and arguments.install:
        print("no browser found; installing Chromium", flush=True)
        path = install()
    if path is None:
        print(
            "error: no browser: install Chromium or Chrome, or set KINEMA_BROWSER to one's path "
            "(Debian or Ubuntu: apt-get install chromium; macOS: brew install --cask google-chrome)",
            file=sys.stderr,
        )
        return 1
    print(f"browser: {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
