"""What all demos share: one Python class, one JavaScript module, alive with and without a kernel.

In JupyterLab a demo is an anywidget whose traits both sides hear. In the built book there is no
kernel: the same object prints itself as HTML with its state inside, and the page's own script gives
that state to the same JavaScript.
"""

import base64
import html
import json
import re
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

import anywidget
import traitlets

STATIC = Path(__file__).parent / "static"
MODULES = STATIC / "demos"

_IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=function|const|class)", re.MULTILINE)
_DEFAULT = re.compile(r"^export default \{ render \};\n?", re.MULTILINE)


def _inline(name, seen):
    """Source of a module with the modules it imports put before it, `export` dropped."""
    source = (MODULES / f"{name}.js").read_text(encoding="utf-8")
    parts = []
    for needed in _IMPORT.findall(source):
        if needed not in seen:
            seen.add(needed)
            parts.append(_inline(needed, seen))
    return "".join(parts) + _EXPORT.sub("", _IMPORT.sub("", source))


def demo_names():
    """The modules that are demos, sorted: those that export `render`. The others are shared by them."""
    return sorted(p.stem for p in MODULES.glob("*.js") if _DEFAULT.search(p.read_text(encoding="utf-8")))


@lru_cache
def bundle(name):
    """One self-contained ES module for the demo `name`, as anywidget wants it."""
    return _inline(name, {name})


def classic_bundle(name):
    """The same as a classic script that registers itself, so that pages work from a plain folder too."""
    source = _DEFAULT.sub("", bundle(name))
    return f'(() => {{\n"use strict";\n{source}\n(window.kinemaDemos ||= {{}})["{name}"] = {{ render }};\n}})();\n'


def _plain(value):
    """JSON form of a trait: bytes become {"$bytes": base64}."""
    if isinstance(value, bytes | bytearray | memoryview):
        return {"$bytes": base64.b64encode(bytes(value)).decode("ascii")}
    return value


class Demo(anywidget.AnyWidget):
    """A demo that asks for a prediction, sets tasks and reports both to Python.

    Subclasses set `module`, their JavaScript file's stem, and `about`, a sentence that says in
    words what the demo shows.

    Attributes
    ----------
    prediction : str
        What the reader chose before the controls unlocked; empty until then.
    done : list of str
        Ids of the tasks that were met.
    """

    module = ""
    about = ""

    ask = traitlets.Unicode("").tag(sync=True)
    options = traitlets.List(traitlets.Unicode()).tag(sync=True)
    reveal = traitlets.Unicode("").tag(sync=True)
    prediction = traitlets.Unicode("").tag(sync=True)
    tasks = traitlets.Dict().tag(sync=True)
    done = traitlets.List(traitlets.Unicode()).tag(sync=True)

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if "module" in cls.__dict__:  # traitlets makes further subclasses of its own
            cls._esm = bundle(cls.module)
            cls._css = (STATIC / "demos.css").read_text(encoding="utf-8")

    def __init__(self, **kwargs):
        known = [name for name in self.trait_names() if not name.startswith("_")]
        for name in kwargs:
            if not self.has_trait(name):  # traitlets would swallow it
                close = get_close_matches(name, known, 1)
                hint = f"did you mean {close[0]!r}?" if close else "see help() of its class"
                raise TypeError(f"{type(self).__name__} has no option {name!r}: {hint}")
        super().__init__(**kwargs)

    def state(self):
        """The synchronised traits as plain JSON data, bytes in base64."""
        return {
            name: _plain(getattr(self, name))
            for name in sorted(self.traits(sync=True))
            if not name.startswith("_") and name not in ("comm", "layout", "tabbable", "tooltip")
        }

    def _repr_mimebundle_(self, **kwargs):
        data = super()._repr_mimebundle_(**kwargs)
        bundle_, metadata = data if isinstance(data, tuple) else (data, {})
        state = html.escape(json.dumps(self.state(), separators=(",", ":")), quote=True)
        still = f"<p>{html.escape(self.about)} (Alive once the page's scripts have loaded.)</p>"
        page = f'<div class="kinema-demo" data-demo="{self.module}" data-state="{state}">{still}</div>'
        return {**(bundle_ or {}), "text/plain": repr(self), "text/html": page}, metadata

    def __repr__(self):
        return f"{type(self).__name__}()"
