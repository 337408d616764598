"""A network layer by layer: output shapes, cost, and how much of the clip each output sees.

The receptive field is followed by arithmetic: a layer with kernel k and stride s turns a field of r and a step of j
input positions into r + (k - 1) j and s j; where branches meet, the largest counts. A layer that reads the whole map
at once (attention, a mean over it, a linear layer over flattened positions) sees everything.
"""

import math
from typing import NamedTuple

import torch
from torch.overrides import TorchFunctionMode
from torch.utils.weak import WeakTensorKeyDictionary

from kinema.cost.counting import on_meta

WHOLE = math.inf  # a field that reaches over the whole input


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
    """None where it was lost: after a reordering of axes, say."""


KERNELS = {
    torch.conv1d: 1, torch.conv2d: 2, torch.conv3d: 3,
    torch.nn.functional.avg_pool2d: 2, torch.nn.functional.avg_pool3d: 3,
}  # fmt: skip
POOLS = {"max_pool2d": 2, "max_pool3d": 3, "avg_pool2d": 2, "avg_pool3d": 3}
SHAPELESS = {"flatten", "mean", "amax", "sum", "linear", "matmul", "bmm", "einsum", "__matmul__", "softmax"}


def _tuple(value, n):
    return (value,) * n if isinstance(value, int) else tuple(value)


def _grown(field, kernel, stride, dilation):
    size = tuple(r + (k - 1) * d * j for r, j, k, d in zip(field.size, field.step, kernel, dilation, strict=True))
    return Field(size, tuple(j * s for j, s in zip(field.step, stride, strict=True)))


def _union(fields):
    """Field of a sum of maps."""
    sizes = tuple(max(axis) for axis in zip(*(f.size for f in fields), strict=True))
    return Field(sizes, fields[0].step)


def _kernel(function, args, kwargs):
    """(kernel, stride, dilation) of a convolution or pool, else None."""
    name = getattr(function, "__name__", "")
    if function in (torch.conv1d, torch.conv2d, torch.conv3d):
        n = KERNELS[function]
        given = dict(zip(("input", "weight", "bias", "stride", "padding", "dilation", "groups"), args, strict=False))
        given.update(kwargs)
        return (tuple(given["weight"].shape[2:]), _tuple(given.get("stride", 1), n), _tuple(given.get("dilation", 1), n))
    if name.removeprefix("_") in POOLS:
        n = POOLS[name.removeprefix("_")]
        kernel = kwargs.get("kernel_size", args[1] if len(args) > 1 else None)
        stride = kwargs.get("stride", args[2] if len(args) > 2 else None)
        kernel = _tuple(kernel, n)
        return kernel, kernel if stride is None or stride == [] else _tuple(stride, n), (1,) * n
    return None


def _tensors(values):
    for value in values:
        if isinstance(value, torch.Tensor):
            yield value
        elif isinstance(value, list | tuple):
            yield from _tensors(value)


class _Follow(TorchFunctionMode):
    """Carries fields from the tensors a function reads to the one it returns."""

    def __init__(self):
        super().__init__()
        self.fields = WeakTensorKeyDictionary()

    def __torch_function__(self, function, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        result = function(*args, **kwargs)
        if not isinstance(result, torch.Tensor) or result in self.fields:
            return result
        fields = [self.fields[t] for t in _tensors([*args, *kwargs.values()]) if t in self.fields]
        if fields and all(len(f.size) == len(fields[0].size) for f in fields):
            self.fields[result] = self.after(function, args, kwargs, fields)
        return result

    @staticmethod
    def after(function, args, kwargs, fields):
        name = getattr(function, "__name__", "")
        field = _union(fields)
        window = _kernel(function, args, kwargs)
        if window is not None and len(window[0]) == len(field.size):
            return _grown(field, *window)
        if window is not None and len(window[0]) == len(field.size) - 1:            # frame by frame
            return _grown(field, *((extra, *axes) for extra, axes in zip((1, 1, 1), window, strict=True)))
        if name in SHAPELESS:
            return Field((WHOLE,) * len(field.size), field.step)
        return field


def layers(build_or_net, *shapes, depth=None):
    """Every module that ran, with its output and its field.

    Parameters
    ----------
    build_or_net, *shapes
        As for `count_macs`.
    depth : int or None
        List modules nested at most so deep; None lists those that contain no others.

    Returns
    -------
    list of Layer
    """
    net, inputs = on_meta(build_or_net, shapes)
    follow, found = _Follow(), []

    def note(name, module):
        def hook(_, __, output):
            tensor = next(_tensors([output]), None)
            if tensor is not None:
                count = sum(p.numel() for p in module.parameters())
                found.append(Layer(name, type(module).__name__, tuple(tensor.shape), count, follow.fields.get(tensor)))

        return hook

    for name, module in net.named_modules():
        leaf = next(module.children(), None) is None
        if name and (leaf if depth is None else name.count(".") < depth):
            module.register_forward_hook(note(name, module))
    for tensor in inputs:
        axes = tensor.ndim - 2
        if axes > 0:
            follow.fields[tensor] = Field((1,) * axes, (1,) * axes)
    with torch.no_grad(), torch.device("meta"), follow:
        net(*inputs)
    return found


def receptive_field(build_or_net, *shapes, layer=None):
    """Field of one layer: of the named one, else of the last whose field is not the whole input.

    Parameters
    ----------
    build_or_net, *shapes
        As for `count_macs`.
    layer : str or None
        A name as `layers` lists it.

    Returns
    -------
    Field
    """
    listed = layers(build_or_net, *shapes, depth=None if layer is None else layer.count(".") + 1)
    for entry in reversed(listed):
        if (entry.name == layer) if layer else (entry.field and WHOLE not in entry.field.size):
            if entry.field is None:
                raise ValueError(f"the field of {entry.name} cannot be followed: axes were reordered on the way")
            return entry.field
    raise ValueError(f"no layer called {layer!r}; there are: {', '.join(entry.name for entry in listed)}")
