"""The command ``python -m kinema.cost``."""

import argparse
import json
import sys

from kinema.cost.models import as_printed
from kinema.cost.registry import MODELS, check_name, measure, resized

EPILOG = """\
Columns
  parameters  trainable numbers, counted in the network as built here
  published   what its authors or their code's repository state, quoted; - where no figure is known
  input       size of each input tensor after batch and channels
  GMACs       10^9 multiply-adds of one forward pass, and what they are spent on: convolutions,
              linear layers, matrix products (attention's two among them), correlation layers.
              Normalisation, activations, pooling, interpolation and warping are not counted.
              Papers often call these "FLOPs".
  printed     the GFLOPs that the lecture or a repository prints, quoted
  status      match: every quoted figure agrees to its last digit; discrepancy: one does not, and --list
              says why; -: there is none, or it holds for another input than yours

Nothing is stored: every number but the published one is computed when you ask. Inputs that a network must pad
are counted as padded.

Examples
  python -m kinema.cost --list
  python -m kinema.cost flownet_s pwc_net
  python -m kinema.cost raft_large --size 448x1024
  python -m kinema.cost c3d --clip 16x112x112 --layers
  python -m kinema.cost --all --json
  python -m kinema.cost spynet --size 436x1024 --json
  python -m kinema.cost --lecture
  python -m kinema.cost slowfast_r50_4x16 --draw slowfast.svg
"""

# A status in the table's few letters.
SHORT = {"match": "match", "expected discrepancy": "discrepancy", "mismatch": "MISMATCH"}


def table(rows):
    """`rows` of `measure` as lines of text."""
    kinds = list(dict.fromkeys(kind for row in rows for kind in row["by_operator"]))
    header = ["network", "parameters", "published", "input", "GMACs", "printed", "status", *kinds]
    lines = [header]
    for row in rows:
        published = as_printed(row["published"])
        sizes = list(dict.fromkeys(filter(None, ("x".join(map(str, shape[2:] or shape[1:])) for shape in row["input"]))))
        total, *counts = (f"{m / 1e9:.3f}" for m in (row["macs"], *(row["by_operator"].get(k, 0) for k in kinds)))
        quoted = [row["published_gmacs"] or "-", SHORT.get(row["status"], "-")]
        lines.append([row["name"], f"{row['parameters']:,}", published, ", ".join(sizes), total, *quoted, *counts])
    first, *rest = (max(map(len, column)) for column in zip(*lines, strict=True))
    return ["  ".join([name.ljust(first), *map(str.rjust, cells, rest)]) for name, *cells in lines]


def listing():
    """One line per registered network, and one more where a quoted figure does not come out."""
    width, lines = max(map(len, MODELS)), []
    for name, model in MODELS.items():
        lines.append(f"{name.ljust(width)}  {model.source}{f' ({model.note})' if model.note else ''}")
        if model.expected:
            lines.append(f"{' ' * width}  discrepancy: {model.expected}")
    return lines


def layer_table(name, size):
    """The layers of one network as lines of text: output, parameters, and what an output sees."""
    from kinema.cost.layers import WHOLE, layers

    model = MODELS[name]
    lines = [["layer", "kind", "output", "parameters", "sees"]]
    for layer in layers(model.build, *(model.shapes if size is None else resized(model.shapes, size))):
        field = "-" if layer.field is None else "x".join("all" if n == WHOLE else str(n) for n in layer.field.size)
        lines.append([layer.name, layer.kind, "x".join(map(str, layer.shape[1:])), f"{layer.parameters:,}", field])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return ["  ".join([*map(str.ljust, cells[:2], widths), *map(str.rjust, cells[2:], widths[2:])]) for cells in lines]


def lecture_lines(rows):
    """`rows` of `lecture_table` as lines of text, and a sentence under each that differs."""
    number = lambda value: "-" if value is None else value if isinstance(value, str) else f"{value:.2f}"
    lines = [["table", "row", "printed", "recomputed", "difference", "status"]]
    for row in rows:
        printed = "N/A" if row["printed"] is None else row["printed"] if isinstance(row["printed"], str) else f"{row['printed']:g}"
        lines.append([row["table"], row["row"], printed, number(row["recomputed"]), number(row["difference"]), row["status"]])
    widths = [max(len(line[k]) for line in lines) for k in range(5)]
    text = ["  ".join([*map(str.ljust, line[:2], widths), *map(str.rjust, line[2:5], widths[2:]), line[5]]) for line in lines]
    found = []
    for line, row in zip(text, [None, *rows], strict=True):
        found.append(line)
        if row and row["why"]:
            found.append(f"{' ' * widths[0]}  {row['why']}")
    return found


def parse_size(text):
    """(448, 1024) of "448x1024"."""
    try:
        size = tuple(int(part) for part in text.lower().split("x"))
    except ValueError:
        size = ()
    if len(size) < 2 or min(size) < 1:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no size: write HEIGHTxWIDTH, such as 448x1024 (clips: FRAMESxHEIGHTxWIDTH)"
        )
    return size


def build_parser():
    """The command's options; its help is its manual."""
    parser = argparse.ArgumentParser(
        prog="python -m kinema.cost",
        description="Count the parameters and multiply-adds of the course's networks.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", metavar="NAME", nargs="*", help="networks to count, or all; see --list")
    parser.add_argument("--all", action="store_true", help="count every network, as the name all does")
    parser.add_argument(
        "--size", "--clip", metavar="[T]xHxW", type=parse_size,
        help="input size: pixels, for clips frames first; default: each network's own (column input)",
    )  # fmt: skip
    parser.add_argument("--layers", action="store_true", help="list one network's layers: shapes, what an output sees")
    parser.add_argument("--draw", metavar="FILE", help="draw one network's parts, their shapes and parameters: .svg, .png, .pdf")
    parser.add_argument("--json", action="store_true", help="print JSON, multiply-adds as whole numbers, not a table")
    parser.add_argument("--lecture", action="store_true", help="count every cost that the lecture's tables print, beside it")
    parser.add_argument("--list", action="store_true", help="list the networks and their sources, count nothing")
    return parser


def _said(function, name, size):
    """``function(name, size)``, with what torch says of an impossible size as one line."""
    try:
        return function(name, size)
    except (RuntimeError, OverflowError, TypeError, ValueError) as error:
        given = "x".join(map(str, size)) if size else "its own size"
        raise ValueError(f"{name} cannot take {given}: {str(error).splitlines()[0]}") from error


def main(argv=None):
    """Run the command; returns its exit status."""
    parser = build_parser()
    arguments = parser.parse_args(argv)
    try:
        if arguments.list:
            print("\n".join(listing()))
            return 0
        if arguments.lecture:
            if arguments.names or arguments.all or arguments.size or arguments.layers or arguments.draw:
                raise ValueError("--lecture counts what the lecture prints: give it no network and no size")
            from kinema.cost.lecture import lecture_table

            rows = lecture_table()
            print(json.dumps(rows, indent=2, ensure_ascii=False) if arguments.json else "\n".join(lecture_lines(rows)))
            return 0
        names = list(MODELS) if arguments.all or "all" in arguments.names else arguments.names
        if not names:
            raise ValueError("name at least one network, or --all; --list shows them")
        for name in names:
            check_name(name)
        if arguments.draw:
            if len(names) != 1 or arguments.layers or arguments.json:
                raise ValueError("--draw makes a picture of one network: name just one, without --layers and --json")
            from kinema.cost.drawing import draw

            print(f"wrote {_said(lambda name, size: draw(name, arguments.draw, size=size), names[0], arguments.size)}")
            return 0
        if arguments.layers:
            if len(names) != 1 or arguments.json:
                raise ValueError("--layers prints one network as text: name just one, without --json")
            print("\n".join(_said(layer_table, names[0], arguments.size)))
            return 0
        rows = [_said(measure, name, arguments.size) for name in names]
        print(json.dumps(rows, indent=2) if arguments.json else "\n".join(table(rows)))
    except ModuleNotFoundError as error:
        remedy = "install PyTorch (pip install 'kinema[torch]')" if error.name == "torch" else "reinstall the package"
        print(f"error: {error}: {remedy}", file=sys.stderr)
        return 1
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0
