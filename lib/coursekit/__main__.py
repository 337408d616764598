"""The workshop's commands under one name: ``course COMMAND``, or ``python -m coursekit COMMAND``."""

import importlib
import sys

COMMANDS = {
    "book": "build the book, or serve it",
    "release": "generate exercises/ from solutions/, or check that they agree",
    "bank": "run the wrong and the right answers of the bank",
    "lint": "refuse test cells that could not run apart from the student's code",
    "coverage": "count the lecture's teaching points that are covered",
    "notebooks": "make a runnable notebook of every page",
    "student": "build the tree that students get",
    "forget": "drop a student's earlier grade before a regrade",
    "lab": "open JupyterLab with the exercises",
}


def usage():
    """The manual, as text."""
    lines = [f"  course {name:10} {about}" for name, about in COMMANDS.items()]
    return "\n".join(["usage: course COMMAND [options]", "", *lines, "", "Each command has --help."])


def main(argv=None):
    """Hand over to a command; returns its exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if not arguments or arguments[0] in ("-h", "--help"):
        print(usage())
        return 0
    name, *rest = arguments
    if name not in COMMANDS:
        print(f"error: no command called {name!r}; course --help lists them", file=sys.stderr)
        return 2
    module = importlib.import_module(f"coursekit.{name}")
    try:
        return module.main(rest)
    except (ValueError, OSError, RuntimeError, KeyError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
