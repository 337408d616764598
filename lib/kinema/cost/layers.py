"""A network layer by layer: output shapes, parameters, and how much of the clip each output sees.

(What it costs in multiply-adds is counted of the whole network, by `kinema.cost.count_macs`.)

The receptive field is followed by arithmetic: a layer with kernel k and stride s turns a field of r and a step of j
input positions into r + (k - 1) j and s j; where branches meet, it reaches from the first position that any of them
sees to the last. What reads an axis from end to end (a mean over it, attention, a linear layer over flattened
positions) sees all of it, and a convolution or a linear layer reads its channels that way: frames stacked as channels
are all seen, frames that are joined to the batch never mix. The means and spreads that a normalisation takes are left
out. After a function that is not known here (interpolation, a transposed convolution, warping, sorting) the field is
lost, and so it is wherever one box of a fixed size would not be the truth.
"""

from typing import NamedTuple

import torch
from torch.overrides import TorchFunctionMode
from torch.utils.weak import WeakTensorKeyDictionary

from kinema.cost.counting import on_meta
from kinema.cost.field_rules import ANYHOW, BLANK, RULES
from kinema.cost.fields import WHOLE, Call, Lost, Seen, is_doubled, moving_axes, tensors_in


class Field(NamedTuple):
    """What one output position sees, per axis of the input after batch and channels."""

    size: tuple
    """Input positions, `WHOLE` for all."""
    step: tuple
    """Input positions between neighbouring outputs."""


class Layer(NamedTuple):
    """One module of a network, in the order in which they ran."""

    name: str
    kind: str
    shape: tuple
    """Of its output, batch first."""
    parameters: int
    field: Field | None
    """None where it was lost: after interpolation, say."""


def _name(function):
    """"add" of ``Tensor.__add__``, ``torch.add`` and ``Tensor.add_``; a property's own name."""
    name = getattr(function, "__name__", "")
    if name == "__get__":
        return function.__self__.__name__
    return name.strip("_").removesuffix("_with_indices")


class _Follow(TorchFunctionMode):
    """Carries fields from the tensors a function reads to those it returns."""

    def __init__(self, inputs):
        super().__init__()
        self.fields = WeakTensorKeyDictionary()                           # None: lost
        self.channels = 0                                                 # which input axis is no place
        for tensor in inputs:
            n = tensor.ndim - 1
            axes = (((None, tensor.shape[0]),), *(((a, size),) for a, size in enumerate(tensor.shape[1:])))
            self.fields[tensor] = Seen(axes, (0,) * n, (1,) * n, (1,) * n)

    def __torch_function__(self, function, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        read = Call(function, args, kwargs, None, self.fields).read()
        result, name = function(*args, **kwargs), _name(function)
        results = list(tensors_in([result]))
        if not read or name in BLANK or not results and name != "setitem":
            return result
        if name == "setitem":                                             # what is written into it may lie anywhere
            if len(read) > 1 or read[0] is not args[0]:
                self.fields[args[0]] = None
            return result
        found = self.after(name, Call(function, args, kwargs, result, self.fields), read)
        for tensor, seen in zip(results, found if isinstance(found, list) else [found] * len(results), strict=True):
            self.fields[tensor] = seen
        return result

    def after(self, name, call, read):
        """What the results see: one for all, a list of one for each, or None."""
        seens = [self.fields[t] for t in read]
        if name not in RULES or None in seens or not call.args or "out" in call.kwargs:
            return None
        if name not in ANYHOW and any(map(is_doubled, seens)):
            return None
        if name.startswith("conv"):
            self.look_for_snippets(seens[0], int(name[4]))
        try:
            return RULES[name](call)
        except Lost:
            return None

    def look_for_snippets(self, seen, n):
        """The third axis holds the channels of (B, K, C, H, W), whose second was joined to the batch as it came."""
        if 0 in moving_axes(seen.axes[0]) and seen.size[0] == 1 and moving_axes(seen.axes[-n - 1]) == [1]:
            self.channels = 1

    def field(self, seen):
        """As `Field`, None where it was lost."""
        if seen is None or len(seen.size) < 2 or is_doubled(seen):
            return None
        places = [a for a in range(len(seen.size)) if a != self.channels]
        return Field(tuple(seen.size[a] for a in places), tuple(seen.step[a] for a in places))


def layers(build_or_net, *shapes, depth=None):
    """Every module that ran, with its output and its field.

    Parameters
    ----------
    build_or_net, *shapes
        As for `count_macs`. The second axis of an input is its channels, but where a network of snippets
        (B, K, C, H, W) joins K to the batch before it convolves: there the third is, and fields are of (K, H, W).
    depth : int or None
        List modules nested at most so deep; None lists those that contain no others.

    Returns
    -------
    list of Layer
        In the order in which they ended; a module that ran twice is listed twice.
    """
    net, inputs = on_meta(build_or_net, shapes)
    follow, found = _Follow(inputs), []

    def note(name, module):
        def hook(_, __, output):
            tensor = next(tensors_in([output]), None)
            if tensor is not None:
                count = sum(p.numel() for p in module.parameters())
                found.append(Layer(name, type(module).__name__, tuple(tensor.shape), count, follow.fields.get(tensor)))

        return hook

    for name, module in net.named_modules():
        leaf = next(module.children(), None) is None
        if name and (leaf if depth is None else name.count(".") < depth):
            module.register_forward_hook(note(name, module))
    with torch.no_grad(), torch.device("meta"), follow:
        net(*inputs)
    return [entry._replace(field=follow.field(entry.field)) for entry in found]


def receptive_field(build_or_net, *shapes, layer=None):
    """Field of one layer: of the named one, else of the last that is known and not the whole input.

    Parameters
    ----------
    build_or_net, *shapes
        As for `layers`.
    layer : str or None
        A name as `layers` lists it.

    Returns
    -------
    Field

    Raises
    ------
    ValueError
        If there is no layer of that name, or its field was lost; without a name, if no layer's field is known to be
        less than the whole input.
    """
    listed = layers(build_or_net, *shapes, depth=None if layer is None else layer.count(".") + 1)
    if layer is None:
        fields = [entry.field for entry in listed if entry.field and set(entry.field.size) != {WHOLE}]
        if not fields:
            raise ValueError("no layer sees a known part of the input: each sees all of it, or its field was lost")
        return fields[-1]
    named = [entry for entry in listed if entry.name == layer]
    if not named:
        raise ValueError(f"no layer called {layer!r}; there are: {', '.join(entry.name for entry in listed)}")
    if named[-1].field is None:
        raise ValueError(f"the field of {layer} was lost on the way: a function came in between that cannot be followed")
    return named[-1].field
