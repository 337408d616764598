"""Find a browser for the tests, or get one: ``python -m coursekit.browser [--install]``.

First the system's Chromium or Chrome, then Playwright's own, then the system's package manager. Most tests take
Chromium's shell without windows where it is there: the same engine, and pages open in two thirds of the time. It knows no
permissions, so that tests of the camera take the whole browser.
"""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

SHELL = "chromium-headless-shell"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
ARGUMENTS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


def find(whole=False):
    """Path of a browser, or None; a `whole` one has windows and permissions. KINEMA_BROWSER overrides the search."""
    named = os.environ.get("KINEMA_BROWSER")
    if named:
        return named if Path(named).exists() else None
    names = NAMES if whole else (SHELL, *NAMES)
    candidates = [shutil.which(name) for name in names] + [p for p in MAC if Path(p).exists()]
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
    """Get a whole browser; returns its path, or None if none of the ways worked."""
    if _run(sys.executable, "-m", "playwright", "install", "chromium", timeout=300) and (path := find(whole=True)):
        return path
    if shutil.which("apt-get"):
        root = [] if os.geteuid() == 0 else ["sudo", "-n"]
        _run(*root, "apt-get", "update")
        for package in ("chromium", "chromium-browser"):
            if _run(*root, "apt-get", "install", "-y", "--no-install-recommends", package) and (path := find(whole=True)):
                _run(*root, "apt-get", "install", "-y", "--no-install-recommends", SHELL)  # the tests do without it too
                return path
        _run(*root, sys.executable, "-m", "playwright", "install-deps", "chromium")
    elif shutil.which("brew"):
        _run("brew", "install", "--cask", "google-chrome")
    return find(whole=True)


def main(argv=None):
    """Print the browser's path; with --install get one if there is none. Returns 1 without one."""
    parser = argparse.ArgumentParser(prog="python -m coursekit.browser", description=__doc__)
    parser.add_argument("--install", action="store_true", help="get one where there is none")
    arguments = parser.parse_args(argv)
    path = find(whole=True)
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
    quick = find()
    print(f"browser: {path}" + (f", and for most tests {quick}" if quick != path else ""))
    return 0


if __name__ == "__main__":
    sys.exit(main())
