"""Build the book where something changed, and serve it: ``python -m coursekit.book build|serve``.

Jupyter Book's execution cache sees a change of a page, but none of the library that the page runs.
So the library's fingerprint is kept beside the build; when it changes, the executed pages are thrown
away and all of them are built again.
"""

import argparse
import hashlib
import http.server
import json
import os
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

from coursekit.paths import BUILD, HTML, ROOT

FINGERPRINT = BUILD / "fingerprint.json"


def _digest(paths, root):
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(str(path.relative_to(root)).encode())
        total.update(path.read_bytes())
    return total.hexdigest()


def _files(folder, *suffixes):
    return [
        p for p in folder.rglob("*")
        if p.is_file() and "__pycache__" not in p.parts and (not suffixes or p.suffix in suffixes)
    ]  # fmt: skip


def fingerprint(root=ROOT):
    """Digests of what a build depends on.

    Returns
    -------
    dict
        ``executed``: the library's code, footage and records, whose change makes executed pages stale.
        ``frame``: what shapes every page (extension, configuration, slide index, scripts, styles).
        ``everything``: both and the book's own sources.
    """
    library = root / "lib"
    executed = _files(library / "kinema", ".py", ".mp4", ".json") + [root / "constraints.txt"]
    scripts = _files(library / "kinema", ".js", ".css") + _files(library / "coursekit", ".py")
    # Jupyter Book copies scripts and style sheets only when it has a page to write.
    copied = _files(root / "book" / "_static", ".js", ".css") + _files(library / "kinema", ".js", ".css")
    frame = _files(root / "book" / "_ext") + copied
    frame += [root / "_config.yml", root / "_toc.yml", root / "book" / "slides.yml"]
    book = _files(root / "book")
    return {
        "executed": _digest(executed, root),
        "frame": _digest(frame, root),
        "everything": _digest(executed + scripts + frame + book, root),
    }


def build(root=ROOT):
    """Build the book into _build/html, with every warning an error.

    Returns
    -------
    int
        0 when the book is up to date or was built; the builder's exit status otherwise.
    """
    now = fingerprint(root)
    before = json.loads(FINGERPRINT.read_text()) if FINGERPRINT.exists() else {}
    if before == now and (HTML / "index.html").exists():
        print(f"the book is up to date: {HTML / 'index.html'}")
        return 0
    command = [str(Path(sys.executable).with_name("jupyter-book")), "build", str(root), "-W", "--keep-going", "-n", "-q"]
    if before.get("executed") != now["executed"]:
        shutil.rmtree(BUILD / ".jupyter_cache", ignore_errors=True)
        command.append("--all")
    elif before.get("frame") != now["frame"]:
        command.append("--all")
    BUILD.mkdir(exist_ok=True)
    # Half a fingerprint: should this build fail, the next one keeps what was executed already and writes every
    # page again. A page that failed would otherwise count as written, and its failure be heard once only.
    FINGERPRINT.write_text(json.dumps({"executed": now["executed"]}))
    # Threads that wait give their core away: two of them on a busy machine else spend minutes looking for each other.
    code = subprocess.call(command, cwd=root, env={"OMP_WAIT_POLICY": "PASSIVE", **os.environ})
    if code == 0:
        FINGERPRINT.write_text(json.dumps(now))
        print(f"built {HTML / 'index.html'}")
    else:
        print("error: the book was not built: see the warnings above; each of them counts", file=sys.stderr)
    return code


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Static files, no cache (a rebuilt page shows at once), quiet log."""

    def end_headers(self):
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, format, *args):
        pass


def make_server(folder, port):
    """A server of `folder` on 127.0.0.1.

    Raises
    ------
    OSError
        If the port is taken.
    """
    return http.server.ThreadingHTTPServer(("127.0.0.1", port), partial(_Handler, directory=str(folder)))


def serve(port):
    """Build, then serve until interrupted."""
    try:
        server = make_server(HTML, port)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or "no such port"
        free = port + 1 if port < 65535 else 8000
        print(f"error: port {port} cannot be used ({reason}); try: make serve PORT={free}", file=sys.stderr)
        return 1
    with server:
        code = build()
        if code:
            return code
        print(f"the book is at http://127.0.0.1:{server.server_address[1]}  (Ctrl-C stops)", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()
    return 0


def main(argv=None):
    """Parse the command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m coursekit.book", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("build", help="execute and build what changed")
    server = commands.add_parser("serve", help="build, then serve on 127.0.0.1")
    server.add_argument("--port", type=int, default=8000, help="default: %(default)s")
    arguments = parser.parse_args(argv)
    try:
        return build() if arguments.command == "build" else serve(arguments.port)
    except KeyboardInterrupt:
        print()
        return 130


if __name__ == "__main__":
    sys.exit(main())
