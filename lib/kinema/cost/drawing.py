"""A network as a picture: its parts in the order in which they ran, their shapes, and what each reads.

What reads what is followed through every function, as fields are in `kinema.cost.layers`: a tensor remembers which
parts its numbers came from last.
"""

from pathlib import Path
from typing import NamedTuple

import torch
from torch.overrides import TorchFunctionMode
from torch.utils.weak import WeakTensorKeyDictionary

from kinema.cost.counting import on_meta
from kinema.cost.fields import tensors_in
from kinema.cost.registry import MODELS, check_name, resized

FORMATS = (".svg", ".png", ".pdf")
FEWEST = 6                                                              # parts that make a picture
COLORS = ("#0b66a0", "#b8460e", "#0f7a5a", "#7a4fa3")


class Part(NamedTuple):
    """One module of a network as it is drawn."""

    name: str
    shape: tuple
    """Of its output, batch first."""
    parameters: int
    reads: tuple
    """Names of the parts that its input came from; () for the network's own input."""
    place: int
    """Column: one behind the last part that it reads."""


class _Trace(TorchFunctionMode):
    """Remembers for every tensor which parts its numbers came from last."""

    def __init__(self):
        super().__init__()
        self.sources = WeakTensorKeyDictionary()

    def of(self, tensors):
        return frozenset().union(*(self.sources.get(t, frozenset()) for t in tensors))

    def __torch_function__(self, function, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        came = self.of(tensors_in([*args, *kwargs.values()]))
        result = function(*args, **kwargs)
        if came:
            for tensor in tensors_in([result]):
                self.sources[tensor] = came
        return result


def _chosen(net, inputs):
    """Names of the modules to draw: those called within the same number of others, the first such that are enough.

    What has no parameters and keeps the shape, as dropout does, is left out.
    """
    depths, running, silent, handles = {}, [], set(), []

    def enter(name):
        def hook(_, __):
            depths.setdefault(name, len(running))
            running.append(name)

        return hook

    def leave(name):
        def hook(module, given, output):
            running.pop()
            before, after = (next(tensors_in([x]), None) for x in (given, output))
            if before is not None and after is not None and before.shape == after.shape and not any(True for _ in module.parameters()):
                silent.add(name)

        return hook

    for name, module in net.named_modules():
        if name:
            handles += [module.register_forward_pre_hook(enter(name)), module.register_forward_hook(leave(name))]
    with torch.no_grad(), torch.device("meta"):
        net(*inputs)
    for handle in handles:
        handle.remove()
    callers = {n for n in depths for m in depths if m.startswith(f"{n}.")}
    for depth in range(max(depths.values()) + 1):
        found = [n for n, d in depths.items() if (d == depth or (d < depth and n not in callers)) and n not in silent]
        if len(found) >= FEWEST:
            return found
    return found


def parts(build_or_net, *shapes):
    """The parts of a network, and what each of them reads.

    Parameters
    ----------
    build_or_net, *shapes
        As for `kinema.cost.count_macs`.

    Returns
    -------
    list of Part
        In the order in which they ran. A module that runs twice is one part, which reads what it read at first.
    """
    net, inputs = on_meta(build_or_net, shapes)
    wanted, trace, found = _chosen(net, inputs), _Trace(), {}

    def started(name):
        def hook(_, given):
            reads[name] = trace.of(tensors_in(given))

        return hook

    def ended(name):
        def hook(module, _, output):
            tensors = list(tensors_in([output]))
            for tensor in tensors:
                trace.sources[tensor] = frozenset([name])
            if tensors and name not in found:
                before = tuple(n for n in found if n in reads[name])
                place = 1 + max((found[n].place for n in before), default=-1)
                count = sum(p.numel() for p in module.parameters())
                found[name] = Part(name, tuple(tensors[0].shape), count, before, place)

        return hook

    reads = {}
    for name, module in net.named_modules():
        if name in wanted:
            module.register_forward_pre_hook(started(name))
            module.register_forward_hook(ended(name))
    with torch.no_grad(), torch.device("meta"), trace:
        net(*inputs)
    return list(found.values())


def _shape(shape):
    """"4 x 56 x 56, 256": positions, then channels."""
    _, channels, *places = shape
    return f"{' x '.join(map(str, places))}, {channels}" if places else f"{channels}"


def picture(name, *, size=None, figure=None):
    """The registered network `name` as a picture.

    Parameters
    ----------
    name : str
        One of `kinema.cost.MODELS`.
    size : tuple of int or None
        The last axes of the input, as for `kinema.cost.measure`.
    figure : matplotlib.figure.Figure or None
        Drawn into, and given the size that it needs; None makes one.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If there is no such network.
    """
    import matplotlib
    from matplotlib.figure import Figure

    model = MODELS[check_name(name)]
    found = parts(model.build, *(model.shapes if size is None else resized(model.shapes, size)))
    lanes = list(dict.fromkeys(part.name.split(".")[0] for part in found))
    crowded = {lane for lane in lanes if len({p.place for p in found if p.name.split(".")[0] == lane}) > 1}
    rows = {lane: k for k, lane in enumerate(lane for lane in lanes if lane in crowded)}
    row = lambda part: rows.get(part.name.split(".")[0], 0)
    columns = 1 + max(part.place for part in found)
    taken, spots = {}, {}
    for part in found:                                                  # two in one spot stand below each other
        spot = part.place, row(part)
        taken[spot] = taken.get(spot, -1) + 1
        spots[part.name] = part.place, row(part) + 0.5 * taken[spot]
    tall = 1 + max(y for _, y in spots.values())
    with matplotlib.rc_context({"font.size": 8}):
        figure = figure or Figure(layout="constrained")
        figure.set_size_inches(1.45 * columns + 0.4, 1.5 * tall + 0.7)
        ax = figure.add_subplot(xlim=(-0.6, columns - 0.4), ylim=(tall - 0.4, -0.6), title=name)
        ax.set_axis_off()
        boxes = {}
        for part in found:
            color = COLORS[int(row(part)) % len(COLORS)]
            words = f"{part.name}\n{_shape(part.shape)}\n{part.parameters:,}"
            style = {"facecolor": color, "edgecolor": "none", "boxstyle": "round"}
            boxes[part.name] = ax.text(*spots[part.name], words, ha="center", va="center", color="white", bbox=style)
        figure.draw_without_rendering()                                 # so that the boxes know their size
        for part in found:
            for source in part.reads:
                ends = {f"patch{end}": boxes[name].get_bbox_patch() for end, name in (("A", source), ("B", part.name))}
                style = {"arrowstyle": "-|>", "color": "0.45", "shrinkA": 0, "shrinkB": 2, **ends}
                ax.annotate("", spots[part.name], spots[source], arrowprops=style)
    return figure


def draw(name, path, *, size=None):
    """Write the `picture` of a network into a file.

    Parameters
    ----------
    name, size
        As for `picture`.
    path : str or Path
        Ends in .svg, .png or .pdf.

    Returns
    -------
    Path

    Raises
    ------
    ValueError
        If there is no such network, or no such format.
    """
    path = Path(path)
    if path.suffix.lower() not in FORMATS:
        raise ValueError(f"cannot draw into {path.name!r}: end its name in {', '.join(FORMATS)}")
    figure = picture(name, size=size)
    import matplotlib

    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": name}):
        figure.savefig(path, metadata={"Date": None} if path.suffix.lower() == ".svg" else None)
    return path
