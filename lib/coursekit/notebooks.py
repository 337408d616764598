"""Make a runnable notebook of every page: ``python -m coursekit.notebooks [--out FOLDER]``.

The launch buttons of the pages open these, on the branch that the publishing workflow fills. Each
begins with a cell that installs the course where it is not there yet, as on Colab.
"""

import argparse
import sys
from pathlib import Path

import jupytext
import nbformat
import yaml

from coursekit.paths import NOTEBOOKS, ROOT

INSTALL = """\
# On Colab: install the course once per session. Elsewhere this cell does nothing.
try:
    import kinema
except ModuleNotFoundError:
    %pip install -q "kinema[data,viz,fast,torch,notebook] @ git+{url}@{branch}"
"""


def repository():
    """The repository's address, branch and the rest of that section of _config.yml."""
    return yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["repository"]


def pages():
    """Documents of the table of contents, in order, without suffix."""
    found = []

    def walk(entry):
        for key in ("root", "file"):
            if key in entry:
                found.append(entry[key])
        for key in ("parts", "chapters", "sections"):
            for child in entry.get(key, []):
                walk(child)

    walk(yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8")))
    return found


def executable_pages():
    """Pages that run code: those with a kernel in their head."""
    return [p for p in pages() if "kernelspec:" in (ROOT / f"{p}.md").read_text(encoding="utf-8")[:600]]


def to_notebook(document):
    """The notebook of one page.

    Parameters
    ----------
    document : str
        Such as "book/flow/aperture".

    Returns
    -------
    nbformat.NotebookNode
        With cell ids that depend on the text's order alone, and no outputs.
    """
    notebook = jupytext.read(ROOT / f"{document}.md")
    install = nbformat.v4.new_code_cell(INSTALL.format(**repository()))
    install.metadata["tags"] = ["nbval-skip"]
    notebook.cells.insert(0, install)
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"
    notebook.metadata.pop("jupytext", None)
    return notebook


def write_all(out):
    """Write every page that runs code to `out`, laid out as in the repository; returns the paths."""
    written = []
    for document in executable_pages():
        path = Path(out) / f"{document}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(to_notebook(document), path)
        written.append(path)
    return written


def main(argv=None):
    """Parse the command line and write the notebooks."""
    parser = argparse.ArgumentParser(prog="python -m coursekit.notebooks", description=__doc__)
    parser.add_argument("--out", type=Path, default=NOTEBOOKS, help="default: _build/notebooks")
    for path in write_all(parser.parse_args(argv).out):
        print(f"wrote {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
