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
    """None where it was lost: after interpolation, say."""


class _Seen(NamedTuple):
    """A tensor's field, and along which of its axes it moves.

    Input axes are numbered from 0, the second of the input's axes; the batch has no number. A tensor's axis is a tuple
    of parts (input axis or None, length), more than one where axes were flattened: (None, 2), (1, 16) is a batch of 2
    joined to 16 frames.
    """

    axes: tuple
    start: tuple
    """First input position that output 0 sees, per input axis; negative in the padding."""
    size: tuple
    step: tuple


class _Call(NamedTuple):
    """A torch function that ran."""

    function: object
    args: tuple
    kwargs: dict
    result: object
    fields: WeakTensorKeyDictionary

    def seen(self, tensor):
        """Of an operand; None of one that does not depend on the input, such as a weight."""
        return self.fields.get(tensor) if isinstance(tensor, torch.Tensor) else None

    def read(self):
        """The operands that depend on the input."""
        return [t for t in _tensors([*self.args, *self.kwargs.values()]) if t in self.fields]

    def only(self):
        """Of the first operand, which must be the only one that depends on the input."""
        (tensor, *others) = self.read()
        if others or not self.args or tensor is not self.args[0]:
            raise _Lost
        return self.fields[tensor]

    def named(self, *names):
        """The arguments after the first as a dict; those not given are missing."""
        return {**dict(zip(names, self.args[1:], strict=False)), **self.kwargs}


class _Lost(Exception):  # noqa: N818 - never leaves this module
    """No box of a fixed size is the truth, or nobody has worked out which."""


def _tensors(values):
    for value in values:
        if isinstance(value, torch.Tensor):
            yield value
        elif isinstance(value, list | tuple):
            yield from _tensors(value)


# Axes and their parts


def _moving(*axes):
    """Input axes along which the field moves on these axes of a tensor, as often as they occur."""
    return [axis for parts in axes for axis, _ in parts if axis is not None]


def _single(parts):
    """The one input axis of a tensor's axis, None if it has none; one that is several flattened together is lost."""
    moving = _moving(parts)
    if moving and len([part for part in parts if part[1] != 1 or part[0] is not None]) > 1:
        raise _Lost
    return moving[0] if moving else None


def _doubled(seen):
    """Whether one input axis lies along two axes of the tensor: pairs of positions, as attention compares them."""
    moving = _moving(*seen.axes)
    return len(set(moving)) < len(moving)


def _put(values, axis, value):
    return (*values[:axis], value, *values[axis + 1 :])


def _axes_of(value, ndim):
    """Axes that an argument `dim` names, counted from the front; all for None and for no axes, as torch has it."""
    if value is None or value in ((), []):
        return list(range(ndim))
    return [axis % ndim for axis in ([value] if isinstance(value, int) else value)]


def _mixed(seen, axes):
    """After something that reads these axes from end to end."""
    whole = set(_moving(*(seen.axes[a] for a in axes)))
    size = tuple(WHOLE if axis in whole else n for axis, n in enumerate(seen.size))
    kept = tuple(((None, _length(p)),) if a in axes else p for a, p in enumerate(seen.axes))
    return seen._replace(axes=kept, size=size)


def _length(parts):
    return math.prod(n for _, n in parts)


def _windowed(seen, position, length, *, kernel=1, stride=1, dilation=1, before=0):
    """After a window has run along one axis of the tensor, `before` positions of padding in front."""
    if (kernel, stride, before) == (1, 1, 0) and length == _length(seen.axes[position]):
        return seen
    axis = _single(seen.axes[position])
    axes = _put(seen.axes, position, ((axis, length),))
    if axis is None:
        return seen._replace(axes=axes)
    j = seen.step[axis]
    return _Seen(
        axes,
        _put(seen.start, axis, seen.start[axis] - before * j),
        _put(seen.size, axis, seen.size[axis] + (kernel - 1) * dilation * j),
        _put(seen.step, axis, j * stride),
    )


def _union(seens, axes):
    """Fields of several operands together, on a tensor whose axes are `axes`."""
    if len({len(s.size) for s in seens}) > 1:
        raise _Lost
    columns = []
    for axis in range(len(seens[0].size)):
        movers = [s for s in seens if axis in _moving(*s.axes)]
        whole = any(s.size[axis] == WHOLE for s in seens)
        still = 0 < len(movers) < len(seens)                            # one frame set against each of many
        if not whole and (still or len({s.step[axis] for s in movers}) > 1):
            raise _Lost
        start = min(s.start[axis] for s in seens)
        end = max(s.start[axis] + s.size[axis] for s in seens)
        columns.append((start, end - start, (movers or seens)[0].step[axis]))
    return _Seen(tuple(axes), *map(tuple, zip(*columns, strict=True)))


def _met(parts, length):
    """One axis of a result where axes of several operands meet, some of length 1 perhaps."""
    found = {tuple(p for p in axis if p != (None, 1)) for axis in parts if _moving(axis)}
    if not found:
        return ((None, length),)
    (axis, *others) = found
    if others or _length(axis) != length:
        raise _Lost
    return axis


def _regrouped(seen, shape):
    """Parts of all axes, row by row, dealt out to the axes of another shape."""
    parts, axes = [part for axis in seen.axes for part in axis], []
    for k, n in enumerate(shape):
        axis = []
        while parts and _length(axis) * parts[0][1] <= n:
            if n == 1 and axis or parts[0][1] == 1 and _length(axis) == n and shape[k + 1 : k + 2] == (1,):
                break
            axis.append(parts.pop(0))
        if _length(axis) < n:                                            # a part must be cut
            have = n // _length(axis)
            if not parts or parts[0][0] is not None or parts[0][1] % have or _length(axis) * have != n:
                raise _Lost
            axis.append((None, have))
            parts[0] = (None, parts[0][1] // have)
        axes.append(tuple(axis))
    if _length(parts) != 1:
        raise _Lost
    if parts:
        axes[-1] = (*axes[-1], *parts)
    return seen._replace(axes=tuple(axes))


# Rules: what a function's result sees


def _elementwise(call):
    operands, ndim = [call.fields[t] for t in call.read()], call.result.ndim
    axes = []
    for k, n in enumerate(call.result.shape):
        met = [s.axes[k - ndim] for s in operands if len(s.axes) >= ndim - k]
        axes.append(_met(met, n))
    return _union(operands, axes)


def _per_axis(value, n):
    return (value,) * n if isinstance(value, int) else tuple(value) if len(value) == n else tuple(value) * n


def _slid(call, n, kernel, *, stride=1, padding=0, dilation=1, channels=None):
    """After a window over the last `n` axes."""
    seen, shape = call.only(), next(_tensors([call.result])).shape
    stride, dilation = _per_axis(stride, n), _per_axis(dilation, n)
    if isinstance(padding, str):
        padding = [d * (k - 1) // 2 if padding == "same" else 0 for k, d in zip(kernel, dilation, strict=True)]
    padding, first = _per_axis(padding, n), len(seen.axes) - n
    if channels is not None:
        seen = _mixed(seen, [first - 1])
        seen = seen._replace(axes=_put(seen.axes, first - 1, ((None, channels),)))
    for a in range(n):
        seen = _windowed(
            seen, first + a, shape[first + a], kernel=kernel[a], stride=stride[a], dilation=dilation[a], before=padding[a]
        )
    return seen


def _convolution(call, n):
    given = call.named("weight", "bias", "stride", "padding", "dilation", "groups")
    weight, seen = given["weight"], call.only()
    if given.get("groups", 1) != 1 and set(_moving(seen.axes[-n - 1])) - {0}:
        raise _Lost                                                      # some of the frames stacked as channels
    options = {key: given[key] for key in ("stride", "padding", "dilation") if key in given}
    return _slid(call, n, tuple(weight.shape[2:]), channels=weight.shape[0], **options)


def _pool(call, n, *, dilated):
    names = ("kernel_size", "stride", "padding", *["dilation"] * dilated)
    given = call.named(*names)
    kernel = _per_axis(given["kernel_size"], n)
    stride = given.get("stride")
    options = {key: given[key] for key in ("padding", "dilation") if key in given}
    return _slid(call, n, kernel, stride=kernel if stride is None or stride == [] else stride, **options)


def _adaptive_pool(call, n):
    """To one place: a mean over the axis. To a divisor of its length: a pool. To another length: windows differ."""
    seen, shape = call.only(), next(_tensors([call.result])).shape
    for a in range(len(shape) - n, len(shape)):
        before, after = _length(seen.axes[a]), shape[a]
        if after == 1:
            seen = _mixed(seen, [a])
            seen = seen._replace(axes=_put(seen.axes, a, ((None, 1),)))
        elif before % after:
            raise _Lost
        else:
            seen = _windowed(seen, a, after, kernel=before // after, stride=before // after)
    return seen


def _reduction(call):
    given = call.named("dim", "keepdim")
    dim = given.get("dim", given.get("axis"))
    if isinstance(dim, torch.Tensor) or "other" in given:                # torch.max of two tensors
        return _elementwise(call)
    if isinstance(dim, bool):                                            # torch.std's other second argument
        raise _Lost
    seen, result = call.only(), next(_tensors([call.result]))
    axes = _axes_of(dim, len(seen.axes))
    seen = _mixed(seen, axes)
    keep = result.ndim == len(seen.axes)
    return seen._replace(axes=tuple(
        ((None, 1),) if a in axes else p for a, p in enumerate(seen.axes) if keep or a not in axes
    ))  # fmt: skip


def _along(call, names=("dim",), default=None):
    """Softmax and its like: as long as before, but each place has read the whole axis."""
    seen, dim = call.only(), call.named(*names).get("dim", default)
    if dim is None:
        raise _Lost
    return _mixed(seen, _axes_of(dim, len(seen.axes)))


def _linear(call):
    seen = call.only()
    seen = _mixed(seen, [len(seen.axes) - 1])
    return seen._replace(axes=(*seen.axes[:-1], ((None, call.result.shape[-1]),)))


def _product(call, operands, letters, out):
    """A sum of products in Einstein's notation: letters that are not in `out` are summed over."""
    if len(operands) != len(letters) or any(all(t is not o for o in operands) for t in call.read()):
        raise _Lost                                                      # a mask, say
    seens, meeting = [], {letter: [] for letter in out}
    for tensor, names in zip(operands, letters, strict=True):
        seen = call.seen(tensor)
        if seen is None:
            continue
        if len(names) != len(seen.axes):
            raise _Lost
        for letter, parts in zip(names, seen.axes, strict=True):
            if letter in meeting:
                meeting[letter].append(parts)
        seens.append(_mixed(seen, [a for a, letter in enumerate(names) if letter not in out]))
    axes = [_met(meeting[letter], n) for letter, n in zip(out, call.result.shape, strict=True)]
    # Rows and columns of one product may step differently; what sums over either sees the whole input anyway.
    steps = seens[0].step
    return _union([s._replace(step=steps) if len(s.step) == len(steps) else s for s in seens], axes)


def _matmul(call):
    if len(call.args) != 2:
        raise _Lost
    a, b = call.args
    common = "BCDEFGH"[: max(a.ndim, b.ndim, 2) - 2]
    rows = common[max(0, len(common) - a.ndim + 2) :] + "ik"[-min(a.ndim, 2) :]
    columns = common[max(0, len(common) - b.ndim + 2) :] + "kj"[: min(b.ndim, 2)]
    out = common + "i" * (a.ndim > 1) + "j" * (b.ndim > 1)
    return _product(call, (a, b), (rows, columns), out)


def _einsum(call):
    equation, *operands = call.args
    terms, arrow, out = equation.replace(" ", "").partition("->") if isinstance(equation, str) else ("", "", "")
    if not arrow or "." in terms:
        raise _Lost
    return _product(call, list(_tensors(operands)), terms.split(","), out)


def _attention(call):
    common = "BCDEFG"[: call.result.ndim - 2]
    return _product(call, call.args[:3], (common + "ik", common + "jk", common + "jv"), common + "iv")


def _permuted(call):
    """Which axis went where is asked of a tensor with another length along each axis."""
    seen = call.only()
    probe = torch.empty(tuple(range(2, len(seen.axes) + 2)), device="meta")
    order = [n - 2 for n in call.function(probe, *call.args[1:], **call.kwargs).shape]
    return seen._replace(axes=tuple(seen.axes[a] for a in order))


def _reshaped(call):
    seen = call.seen(call.args[0])                                        # the other of view_as lends its shape only
    if seen is None:
        raise _Lost
    return _regrouped(seen, tuple(call.result.shape))


def _squeezed(call):
    seen = call.only()
    gone = [a for a in _axes_of(call.named("dim").get("dim"), len(seen.axes)) if _length(seen.axes[a]) == 1]
    return seen._replace(axes=tuple(p for a, p in enumerate(seen.axes) if a not in gone))


def _unsqueezed(call):
    seen, dim = call.only(), call.named("dim")["dim"] % call.result.ndim
    return seen._replace(axes=(*seen.axes[:dim], ((None, 1),), *seen.axes[dim:]))


def _expanded(call):
    seen = call.only()
    new = call.result.ndim - len(seen.axes)
    axes = [((None, n),) for n in call.result.shape[:new]]
    return seen._replace(axes=(*axes, *(_met([p], n) for p, n in zip(seen.axes, call.result.shape[new:], strict=True))))


def _parts_of(call):
    """Pieces of an axis, each beginning where the one before ended."""
    seen, place, pieces = call.only(), 0, []
    dim = _axes_of(call.named("sizes", "dim").get("dim", 0), len(seen.axes))[0]
    for tensor in call.result:
        pieces.append(_windowed(seen, dim, tensor.shape[dim], before=-place))
        place += tensor.shape[dim]
    return pieces


def _unbound(call):
    seen, dim = call.only(), call.named("dim").get("dim", 0)
    return [_indexed(seen, (slice(None),) * (dim % len(seen.axes)) + (k,)) for k in range(len(call.result))]


def _indexed(seen, index):
    """After ``tensor[index]``, of whole numbers, slices, None and dots; lists only where no field moves."""
    index = index if isinstance(index, tuple) else (index,)
    if len([i for i in index if isinstance(i, list)]) > 1:
        raise _Lost
    given = len([i for i in index if i is not None and i is not Ellipsis])
    dots = [k for k, i in enumerate(index) if i is Ellipsis] or [len(index)]
    index = (*index[: dots[0]], *[slice(None)] * (len(seen.axes) - given), *index[dots[0] + 1 :])
    axes, position = [], 0
    for item in index:
        if item is None:
            axes.append(((None, 1),))
            continue
        length = _length(seen.axes[position])
        if isinstance(item, slice):
            first, stop, step = item.indices(length)
            seen = _windowed(seen, position, len(range(first, stop, step)), stride=step, before=-first)
            axes.append(seen.axes[position])
        elif isinstance(item, int) and not isinstance(item, bool):
            seen = _windowed(seen, position, 1, before=-(item % length))
        elif isinstance(item, list) and not _moving(seen.axes[position]) and all(type(i) is int for i in item):
            axes.append(((None, len(item)),))
        else:
            raise _Lost
        position += 1
    return seen._replace(axes=tuple(axes))


def _item(call):
    return _indexed(call.only(), call.args[1])


def _padded(call):
    given, seen = call.named("pad", "mode", "value"), call.only()
    if given.get("mode", "constant") == "circular":
        raise _Lost
    for k in range(len(given["pad"]) // 2):
        position = len(seen.axes) - 1 - k
        seen = _windowed(seen, position, call.result.shape[position], before=given["pad"][2 * k])
    return seen


def _difference(call):
    given, seen = call.named("n", "dim", "prepend", "append"), call.only()
    if given.get("prepend") is not None or given.get("append") is not None:
        raise _Lost
    dim = _axes_of(given.get("dim", -1), len(seen.axes))[0]
    return _windowed(seen, dim, call.result.shape[dim], kernel=given.get("n", 1) + 1)


def _joined(call):
    """Side by side along channels, the batch or another axis along which no field moves."""
    tensors, dim = call.args[0], call.named("dim").get("dim", 0) % call.result.ndim
    operands = [call.fields[t] for t in tensors if t in call.fields]
    if set(_moving(*(s.axes[dim] for s in operands))) - {0}:
        raise _Lost
    axes = [_met([s.axes[a] for s in operands], n) for a, n in enumerate(call.result.shape) if a != dim]
    channels = {axis for s in operands for axis in _moving(s.axes[dim])}  # 0: the input's own, of two frames perhaps
    axes.insert(dim, ((min(channels, default=None), call.result.shape[dim]),))
    return _union(operands, axes)


def _stacked(call):
    """On a new axis; things seen at different places of the input would make it an axis of the input again."""
    tensors, dim = call.args[0], call.named("dim").get("dim", 0) % call.result.ndim
    operands = [call.fields[t] for t in tensors if t in call.fields]
    if len({(s.start, s.size) for s in operands}) > 1 and any(set(range(len(s.size))) - set(_moving(*s.axes)) for s in operands):
        raise _Lost
    shape = [n for a, n in enumerate(call.result.shape) if a != dim]
    axes = [_met([s.axes[a] for s in operands], n) for a, n in enumerate(shape)]
    axes.insert(dim, ((None, len(tensors)),))
    return _union(operands, axes)


def _over_channels(call):
    """Local response normalisation, which looks at some channels around each."""
    if set(_moving(call.only().axes[1])) - {0}:
        raise _Lost
    return call.only()


ELEMENTWISE = """
add radd iadd sub rsub isub subtract mul rmul imul multiply div rdiv truediv rtruediv itruediv divide pow rpow square
neg abs exp log log1p sqrt rsqrt reciprocal sin cos tanh sigmoid relu relu6 leaky_relu elu gelu silu mish softplus
hardtanh hardswish hardsigmoid logsigmoid prelu threshold clamp clamp_min clamp_max clip maximum minimum logaddexp where
masked_fill nan_to_num isnan lt le gt ge eq ne and or xor invert logical_and logical_or logical_not sign floor round erf
floordiv rfloordiv remainder lerp addcmul addcdiv
batch_norm instance_norm group_norm layer_norm rms_norm
dropout dropout1d dropout2d dropout3d alpha_dropout feature_alpha_dropout
contiguous clone detach to type float double half bfloat16 requires_grad
""".split()
PAIRWISE = {"matmul": _matmul, "bmm": _matmul, "mm": _matmul, "einsum": _einsum, "scaled_dot_product_attention": _attention}
ANYHOW = {                                                                # also of pairs of positions
    **dict.fromkeys(ELEMENTWISE, _elementwise), **PAIRWISE,
    **dict.fromkeys("mean sum amax amin max min prod all any std var logsumexp argmax argmin".split(), _reduction),
    "softmax": _along, "log_softmax": _along, "normalize": lambda call: _along(call, ("p", "dim"), 1),
    **dict.fromkeys("flatten unflatten reshape view view_as reshape_as ravel".split(), _reshaped),
    **dict.fromkeys("transpose swapaxes swapdims permute movedim moveaxis t T mT".split(), _permuted),
}  # fmt: skip
RULES = {
    **ANYHOW,
    **{f"conv{n}d": lambda call, n=n: _convolution(call, n) for n in (1, 2, 3)},
    **{f"max_pool{n}d": lambda call, n=n: _pool(call, n, dilated=True) for n in (1, 2, 3)},
    **{f"avg_pool{n}d": lambda call, n=n: _pool(call, n, dilated=False) for n in (1, 2, 3)},
    **{f"adaptive_{kind}_pool{n}d": lambda call, n=n: _adaptive_pool(call, n) for n in (1, 2, 3) for kind in ("avg", "max")},
    "linear": _linear, "diff": _difference, "pad": _padded, "getitem": _item, "local_response_norm": _over_channels,
    "squeeze": _squeezed, "unsqueeze": _unsqueezed, "chunk": _parts_of, "split": _parts_of, "unbind": _unbound,
    **dict.fromkeys(("expand", "expand_as", "broadcast_to"), _expanded),
    **dict.fromkeys(("cat", "concat", "concatenate"), _joined), "stack": _stacked,
}  # fmt: skip
BLANK = {"zeros_like", "ones_like", "empty_like", "full_like", "rand_like", "randn_like"}  # read a shape only


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
            self.fields[tensor] = _Seen(axes, (0,) * n, (1,) * n, (1,) * n)

    def __torch_function__(self, function, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        read = _Call(function, args, kwargs, None, self.fields).read()
        result, name = function(*args, **kwargs), _name(function)
        results = list(_tensors([result]))
        if not read or name in BLANK or not results and name != "setitem":
            return result
        if name == "setitem":                                             # what is written into it may lie anywhere
            if len(read) > 1 or read[0] is not args[0]:
                self.fields[args[0]] = None
            return result
        found = self.after(name, _Call(function, args, kwargs, result, self.fields), read)
        for tensor, seen in zip(results, found if isinstance(found, list) else [found] * len(results), strict=True):
            self.fields[tensor] = seen
        return result

    def after(self, name, call, read):
        """What the results see: one for all, a list of one for each, or None."""
        seens = [self.fields[t] for t in read]
        if name not in RULES or None in seens or not call.args or "out" in call.kwargs:
            return None
        if name not in ANYHOW and any(map(_doubled, seens)):
            return None
        if name.startswith("conv"):
            self.look_for_snippets(seens[0], int(name[4]))
        try:
            return RULES[name](call)
        except _Lost:
            return None

    def look_for_snippets(self, seen, n):
        """The third axis holds the channels of (B, K, C, H, W), whose second was joined to the batch as it came."""
        if 0 in _moving(seen.axes[0]) and seen.size[0] == 1 and _moving(seen.axes[-n - 1]) == [1]:
            self.channels = 1

    def field(self, seen):
        """As `Field`, None where it was lost."""
        if seen is None or len(seen.size) < 2 or _doubled(seen):
            return None
        places = [a for a in range(len(seen.size)) if a != self.channels]
        return Field(tuple(seen.size[a] for a in places), tuple(seen.step[a] for a in places))


def layers(build_or_net, *shapes, depth=None):
    """Every module that ran, with its output and its field.

    Parameters
    ----------
    build_or_net, *shapes
        As for `count_macs`. The second axis of an input is its channels, but where a network of snippets (B, K, C, H, W)
        joins K to the batch before it convolves: there the third is, and fields are of (K, H, W).
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
            tensor = next(_tensors([output]), None)
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
