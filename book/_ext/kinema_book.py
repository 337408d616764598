"""What the book needs beyond Jupyter Book: quizzes, the slide index, demo scripts, theme repairs."""

import re
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import Directive
from PIL import Image
from sphinx.util.docutils import SphinxDirective

from coursekit import coverage
from kinema.widgets.demo import MODULES, classic_bundle, demo_names

LARGE_PICTURE = 150_000  # bytes; only photographs are larger


class Quiz(Directive):
    """A self-check question that answers at once, without a kernel.

    The content is the question, then a list. Each item is an option; its first paragraph is what
    the reader sees, what follows is said when it is chosen. The right one begins with [x].
    """

    has_content = True
    optional_arguments = 0

    def run(self):
        box = nodes.container(classes=["kinema-quiz"])
        self.state.nested_parse(self.content, self.content_offset, box)
        items = [item for found in box.findall(nodes.bullet_list) if found.parent is box for item in found.children]
        if len(items) < 2:
            raise self.error("a quiz needs a question and a list of at least two options")
        right = [item for item in items if item.astext().startswith("[x]")]
        if len(right) != 1:
            raise self.error(f"a quiz has exactly one right option, marked [x]; this one has {len(right)}")
        options = nodes.container(classes=["kinema-options"])
        for item in items:
            if len(item.children) < 2:
                raise self.error(f"every option needs an explanation below it: {item.astext()!r}")
            first = item.children[0]
            if item is right[0]:
                text = next(iter(first.findall(nodes.Text)))
                text.parent.replace(text, nodes.Text(str(text).removeprefix("[x]").lstrip()))
            verdict = "right" if item is right[0] else "wrong"
            label = nodes.container("", first, classes=["kinema-option-label"])
            why = nodes.container("", *item.children[1:], classes=["kinema-option-why"])
            options += nodes.container("", label, why, classes=["kinema-option", f"kinema-{verdict}"])
        for found in [b for b in box.children if isinstance(b, nodes.bullet_list)]:
            box.remove(found)
        box += options
        return [box]


class SlideIndex(SphinxDirective):
    """The table of every teaching point of the lecture and where the course teaches it."""

    def run(self):
        env = self.state.document.settings.env
        index = coverage.load_index()
        env.note_dependency(str(coverage.INDEX))
        result = []
        for part in index.parts:
            section = nodes.section(ids=[nodes.make_id(part.title)])
            section += nodes.title(text=part.title)
            section += _table(env, [p for p in index.points if p.part == part.id])
            result.append(section)
        return result


def _table(env, points):
    table = nodes.table(classes=["kinema-index"])
    group = nodes.tgroup(cols=3)
    table += group
    for width in (10, 50, 40):
        group += nodes.colspec(colwidth=width)
    head, body = nodes.thead(), nodes.tbody()
    group += head
    group += body
    head += _row([nodes.Text("Point")], [nodes.Text("What it says")], [nodes.Text("Where it is taught")])
    for point in points:
        links = []
        for docname, anchor, label in point.pages():
            uri = env.app.builder.get_relative_uri(env.docname, docname) + (f"#{anchor}" if anchor else "")
            links += [nodes.reference("", label, refuri=uri, internal=True), nodes.Text(" ")]
        for entry in point.runs:
            kind, _, target = entry.partition(":")
            links += [nodes.Text(f"· {kind} "), nodes.literal(text=target.split("::")[-1]), nodes.Text(" ")]
        body += _row([nodes.literal(text=point.id)], [nodes.Text(point.title)], links or [nodes.emphasis(text="to come")])
    return table


def _row(*cells):
    row = nodes.row()
    for cell in cells:
        row += nodes.entry("", nodes.paragraph("", "", *cell))
    return row


_ICON_SCRIPT = re.compile(r'\s*<script defer src="[^"]*scripts/fontawesome\.js[^"]*"></script>')
_ICON_FONT = re.compile(r"@font-face\s*\{[^{}]*fontawesome[^{}]*\}", re.IGNORECASE)


def lighten(app, exception):
    """Take the theme's icon script and fonts out of the built pages, and recode large PNGs.

    icons.css draws the icons that are used; 256 colours are enough for a photograph with arrows.
    """
    if exception is not None or app.builder.name != "html":
        return
    out = Path(app.outdir)
    for page in out.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        page.write_text(_ICON_SCRIPT.sub("", text), encoding="utf-8")
    for sheet in (out / "_static" / "styles").glob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        sheet.write_text(_ICON_FONT.sub("", text), encoding="utf-8")
    for picture in (out / "_images").glob("*.png"):
        with Image.open(picture) as image:
            if image.mode == "P" or picture.stat().st_size < LARGE_PICTURE:
                continue
            small = image.convert("RGB").quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.FLOYDSTEINBERG)
        small.save(picture, optimize=True)


def write_demo_scripts(app, exception):
    """One classic script per demo beside the pages, made from the same module that JupyterLab loads."""
    if exception is not None or app.builder.name != "html":
        return
    target = Path(app.outdir) / "_static" / "demos"
    for shared in {p.stem for p in MODULES.glob("*.js")} - set(demo_names()):
        (target / f"{shared}.js").unlink(missing_ok=True)  # it is inside each demo's script
    for name in demo_names():
        (target / f"{name}.js").write_text(classic_bundle(name), encoding="utf-8")


def _key(script):
    filename = getattr(script, "filename", script)
    attributes = getattr(script, "attributes", {})
    return str(filename or ""), str(sorted((attributes or {}).items()))


def repair_page(app, pagename, templatename, context, doctree):
    """Scripts named twice once only, no widget state that nothing reads, links to real notebooks."""
    seen, scripts = set(), []
    for script in context.get("script_files", []):
        state = "widget-state" in str(getattr(script, "attributes", {}) or {})
        if _key(script) in seen or state:
            continue
        seen.add(_key(script))
        scripts.append(script)
    context["script_files"] = scripts
    for button in context.get("header_buttons", []):
        for entry in button.get("buttons", [button]):
            url = entry.get("url") or ""
            if entry.get("type") == "link" and ("colab." in url or "mybinder." in url):
                entry["url"] = url.replace(".md", ".ipynb")


def setup(app):
    """Register all of it with Sphinx."""
    app.add_directive("quiz", Quiz)
    app.add_directive("slide-index", SlideIndex)
    app.connect("html-page-context", repair_page, priority=900)
    app.connect("build-finished", write_demo_scripts)
    app.connect("build-finished", lighten)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
