"""The slide index: every teaching point of the lecture, where it is taught, what runs behind it.

``book/slides.yml`` is the data; the book's page and ``make coverage`` are made from it. A point is
covered when a page teaches it and something stands behind it that can fail: a figure computed on
that page, a demo, an exercise, a test; for credits and references, a citation that resolves.
"""

import argparse
import ast
import re
import sys
from dataclasses import dataclass, field

import nbformat
import yaml

from coursekit.paths import BOOK, ROOT, SOLUTIONS

INDEX = BOOK / "slides.yml"
KINDS = ("figure", "demo", "exercise", "test", "cite")


@dataclass(frozen=True)
class Part:
    """One part of the lecture."""

    id: str
    title: str


@dataclass(frozen=True)
class Point:
    """One teaching point."""

    id: str
    title: str
    part: str
    at: tuple = ()
    """Places that teach it: "chapter#anchor"."""
    runs: tuple = ()
    """What stands behind it: "kind:target"."""
    chapters: dict = field(default_factory=dict, repr=False)

    @property
    def covered(self):
        """Whether the index claims that it is taught; `problems` says whether that is true."""
        return bool(self.at)

    def pages(self):
        """(document, anchor, label) of each place."""
        for place in self.at:
            chapter, _, anchor = place.partition("#")
            yield self.chapters[chapter]["doc"], anchor, self.chapters[chapter]["label"]


@dataclass(frozen=True)
class Index:
    """The whole of slides.yml."""

    parts: tuple
    points: tuple
    chapters: dict


class _UniqueKeys(yaml.SafeLoader):
    """YAML in which a key that stands twice is an error, not silently the last one."""

    def construct_mapping(self, node, deep=False):
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = {str(k) for k in keys if keys.count(k) > 1}
        if twice:
            raise ValueError(f"{', '.join(sorted(twice))} appears twice{node.start_mark}")
        return super().construct_mapping(node, deep)


def load_index(path=INDEX):
    """Read slides.yml.

    Raises
    ------
    ValueError
        If an id appears twice, or names an unknown part or chapter.
    """
    data = yaml.load(path.read_text(encoding="utf-8"), Loader=_UniqueKeys)  # noqa: S506 - a SafeLoader
    parts = tuple(Part(**p) for p in data["parts"])
    chapters, points, seen = data["chapters"], [], set()
    for part in parts:
        for id_, entry in data[part.id].items():
            entry = {"title": entry} if isinstance(entry, str) else dict(entry)
            if id_ in seen:
                raise ValueError(f"{path.name}: {id_} appears twice")
            seen.add(id_)
            unknown = set(entry) - {"title", "at", "runs"}
            if unknown:
                raise ValueError(f"{path.name}: {id_} has an unknown key {sorted(unknown)[0]!r}")
            at, runs = (tuple(_listed(entry.get(key))) for key in ("at", "runs"))
            for place in at:
                if place.partition("#")[0] not in chapters:
                    raise ValueError(f"{path.name}: {id_} points to an unknown chapter in {place!r}")
            points.append(Point(id_, entry["title"], part.id, at, runs, chapters))
    return Index(parts, tuple(points), chapters)


def _listed(value):
    return [] if value is None else [value] if isinstance(value, str) else list(value)


def _source(document):
    return (ROOT / f"{document}.md").read_text(encoding="utf-8")


def _anchors(document):
    """Anchors of a page's source: explicit labels and figure names."""
    text = _source(document)
    return set(re.findall(r"^\(([\w-]+)\)=$", text, re.MULTILINE)) | set(re.findall(r"^ +name: ([\w-]+)$", text, re.MULTILINE))


def _grade_ids(problem_set):
    notebook = nbformat.read(SOLUTIONS / problem_set / f"{problem_set}.ipynb", as_version=4)
    return {cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells}


def _has_test(target):
    """Whether "tests/path.py::name" names a test function or method that exists."""
    path, _, name = target.partition("::")
    if not (ROOT / path).is_file():
        return False
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return any(isinstance(n, ast.FunctionDef) and n.name == name for n in ast.walk(tree))


def _stands(kind, target, sources):
    """Whether one "kind:target" exists; `sources` are the texts of the pages that teach the point."""
    if kind == "figure":
        return any(re.search(rf"^ +name: {re.escape(target)}$", text, re.MULTILINE) for text in sources)
    if kind == "demo":
        return any(f"{target}(" in text for text in sources)
    if kind == "exercise":
        problem_set, _, grade_id = target.partition("/")
        return (SOLUTIONS / problem_set).is_dir() and grade_id in _grade_ids(problem_set)
    if kind == "test":
        return _has_test(target)
    known = re.findall(r"^@\w+\{([^,]+),", (BOOK / "references.bib").read_text(encoding="utf-8"), re.MULTILINE)
    return target in known and any(target in text for text in sources)


def problems(index=None):
    """Everything that is wrong with the index, one line each; empty when all it claims is true."""
    index = load_index() if index is None else index
    found = []
    for point in index.points:
        if point.runs and not point.covered:
            found.append(f"{point.id}: names {point.runs[0]} but no page that teaches it")
        if not point.covered:
            continue
        sources = []
        for document, anchor, _ in point.pages():
            sources.append(_source(document))
            if not anchor or anchor not in _anchors(document):
                found.append(f"{point.id}: {document}.md has no anchor ({anchor})=")
        if not point.runs:
            found.append(f"{point.id}: marked covered, but nothing that runs stands behind it")
        for entry in point.runs:
            kind, _, target = entry.partition(":")
            if kind not in KINDS:
                found.append(f"{point.id}: {entry!r} begins with none of {', '.join(KINDS)}")
            elif not _stands(kind, target, sources):
                found.append(f"{point.id}: {kind} {target} does not exist on the pages named")
    return found


def main(argv=None):
    """Print the state of each part, then the total; returns 1 if a claim does not hold."""
    argparse.ArgumentParser(prog="course coverage", description=__doc__).parse_args(argv)
    index = load_index()
    wrong = problems(index)
    for line in wrong:
        print(f"error: {line}", file=sys.stderr)
    for part in index.parts:
        points = [p for p in index.points if p.part == part.id]
        print(f"{part.title}: {sum(p.covered for p in points)} of {len(points)}")
    print(f"covered {sum(p.covered for p in index.points)} of {len(index.points)}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
