"""Listings of library code on the pages show whole statements: a docstring that grew must not leave its tail there."""

import ast
import re
import textwrap

from coursekit.notebooks import pages
from coursekit.paths import ROOT

LISTING = re.compile(r"```\{literalinclude\} (\S+)\n:pyobject: (\S+)\n(?::lines: (\S+)\n)?")


def definition(source, name):
    """Lines of the definition `name`, which may be a method: Class.method."""
    node = ast.parse(source)
    for part in name.split("."):
        (node,) = [n for n in node.body if getattr(n, "name", None) == part]
    return source.splitlines()[node.lineno - 1 : node.end_lineno]


def chosen(whole, ranges):
    """Lines by Sphinx's option: "1,20-" is the first, and those from the 20th on."""
    for part in (ranges or "1-").split(","):
        first, dash, last = part.partition("-")
        yield from whole[int(first) - 1 : int(last) if last else len(whole) if dash else int(first)]


def listings():
    """(page, name, shown lines) of every listing."""
    for page in (ROOT / f"{name}.md" for name in pages()):
        for path, name, ranges in LISTING.findall(page.read_text(encoding="utf-8")):
            source = (page.parent / path).resolve().read_text(encoding="utf-8")
            yield page.relative_to(ROOT), name, list(chosen(definition(source, name), ranges))


def test_every_listing_is_python():
    found = list(listings())
    assert len(found) >= 10
    for page, name, lines in found:
        try:
            ast.parse(textwrap.dedent("\n".join(lines)))
        except SyntaxError as error:
            raise AssertionError(f"{page}: the listing of {name} is not Python: {error}") from error
