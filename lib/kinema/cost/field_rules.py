"""What each function of torch does to fields: windows widen them, reductions fill them, reshapes move them along.

`RULES` maps a function's plain name to its rule. A function without one loses the field.
"""

import torch

from kinema.cost.fields import (
    Lost, axes_of, length_of, mixed_over, moving_axes, regrouped, replaced_at, tensors_in, union_of, where_they_meet,
    windowed,
)  # fmt: skip


def _elementwise(call):
    operands, ndim = [call.fields[t] for t in call.read()], call.result.ndim
    axes = []
    for k, n in enumerate(call.result.shape):
        met = [s.axes[k - ndim] for s in operands if len(s.axes) >= ndim - k]
        axes.append(where_they_meet(met, n))
    return union_of(operands, axes)


def _per_axis(value, n):
    return (value,) * n if isinstance(value, int) else tuple(value) if len(value) == n else tuple(value) * n


def _slid(call, n, kernel, *, stride=1, padding=0, dilation=1, channels=None):
    """After a window over the last `n` axes."""
    seen, shape = call.only(), next(tensors_in([call.result])).shape
    stride, dilation = _per_axis(stride, n), _per_axis(dilation, n)
    if isinstance(padding, str):
        padding = [d * (k - 1) // 2 if padding == "same" else 0 for k, d in zip(kernel, dilation, strict=True)]
    padding, first = _per_axis(padding, n), len(seen.axes) - n
    if channels is not None:
        seen = mixed_over(seen, [first - 1])
        seen = seen._replace(axes=replaced_at(seen.axes, first - 1, ((None, channels),)))
    for a in range(n):
        seen = windowed(
            seen, first + a, shape[first + a], kernel=kernel[a], stride=stride[a], dilation=dilation[a], before=padding[a]
        )
    return seen


def _convolution(call, n):
    given = call.named("weight", "bias", "stride", "padding", "dilation", "groups")
    weight, seen = given["weight"], call.only()
    if given.get("groups", 1) != 1 and set(moving_axes(seen.axes[-n - 1])) - {0}:
        raise Lost                                                      # some of the frames stacked as channels
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
    seen, shape = call.only(), next(tensors_in([call.result])).shape
    for a in range(len(shape) - n, len(shape)):
        before, after = length_of(seen.axes[a]), shape[a]
        if after == 1:
            seen = mixed_over(seen, [a])
            seen = seen._replace(axes=replaced_at(seen.axes, a, ((None, 1),)))
        elif before % after:
            raise Lost
        else:
            seen = windowed(seen, a, after, kernel=before // after, stride=before // after)
    return seen


def _reduction(call):
    given = call.named("dim", "keepdim")
    dim = given.get("dim", given.get("axis"))
    if isinstance(dim, torch.Tensor) or "other" in given:                # torch.max of two tensors
        return _elementwise(call)
    if isinstance(dim, bool):                                            # torch.std's other second argument
        raise Lost
    seen, result = call.only(), next(tensors_in([call.result]))
    axes = axes_of(dim, len(seen.axes))
    seen = mixed_over(seen, axes)
    keep = result.ndim == len(seen.axes)
    return seen._replace(axes=tuple(
        ((None, 1),) if a in axes else p for a, p in enumerate(seen.axes) if keep or a not in axes
    ))  # fmt: skip


def _along(call, names=("dim",), default=None):
    """Softmax and its like: as long as before, but each place has read the whole axis."""
    seen, dim = call.only(), call.named(*names).get("dim", default)
    if dim is None:
        raise Lost
    return mixed_over(seen, axes_of(dim, len(seen.axes)))


def _linear(call):
    seen = call.only()
    seen = mixed_over(seen, [len(seen.axes) - 1])
    return seen._replace(axes=(*seen.axes[:-1], ((None, call.result.shape[-1]),)))


def _product(call, operands, letters, out):
    """A sum of products in Einstein's notation: letters that are not in `out` are summed over."""
    if len(operands) != len(letters) or any(all(t is not o for o in operands) for t in call.read()):
        raise Lost                                                      # a mask, say
    seens, meeting = [], {letter: [] for letter in out}
    for tensor, names in zip(operands, letters, strict=True):
        seen = call.seen(tensor)
        if seen is None:
            continue
        if len(names) != len(seen.axes):
            raise Lost
        for letter, parts in zip(names, seen.axes, strict=True):
            if letter in meeting:
                meeting[letter].append(parts)
        seens.append(mixed_over(seen, [a for a, letter in enumerate(names) if letter not in out]))
    axes = [where_they_meet(meeting[letter], n) for letter, n in zip(out, call.result.shape, strict=True)]
    # Rows and columns of one product may step differently; what sums over either sees the whole input anyway.
    steps = seens[0].step
    return union_of([s._replace(step=steps) if len(s.step) == len(steps) else s for s in seens], axes)


def _matmul(call):
    if len(call.args) != 2:
        raise Lost
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
        raise Lost
    return _product(call, list(tensors_in(operands)), terms.split(","), out)


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
        raise Lost
    return regrouped(seen, tuple(call.result.shape))


def _squeezed(call):
    seen = call.only()
    gone = [a for a in axes_of(call.named("dim").get("dim"), len(seen.axes)) if length_of(seen.axes[a]) == 1]
    return seen._replace(axes=tuple(p for a, p in enumerate(seen.axes) if a not in gone))


def _unsqueezed(call):
    seen, dim = call.only(), call.named("dim")["dim"] % call.result.ndim
    return seen._replace(axes=(*seen.axes[:dim], ((None, 1),), *seen.axes[dim:]))


def _expanded(call):
    seen = call.only()
    new = call.result.ndim - len(seen.axes)
    axes = [((None, n),) for n in call.result.shape[:new]]
    return seen._replace(axes=(*axes, *(where_they_meet([p], n) for p, n in zip(seen.axes, call.result.shape[new:], strict=True))))


def _parts_of(call):
    """Pieces of an axis, each beginning where the one before ended."""
    seen, place, pieces = call.only(), 0, []
    dim = axes_of(call.named("sizes", "dim").get("dim", 0), len(seen.axes))[0]
    for tensor in call.result:
        pieces.append(windowed(seen, dim, tensor.shape[dim], before=-place))
        place += tensor.shape[dim]
    return pieces


def _unbound(call):
    seen, dim = call.only(), call.named("dim").get("dim", 0)
    return [_indexed(seen, (slice(None),) * (dim % len(seen.axes)) + (k,)) for k in range(len(call.result))]


def _indexed(seen, index):
    """After ``tensor[index]``, of whole numbers, slices, None and dots; lists only where no field moves."""
    index = index if isinstance(index, tuple) else (index,)
    if len([i for i in index if isinstance(i, list)]) > 1:
        raise Lost
    given = len([i for i in index if i is not None and i is not Ellipsis])
    dots = [k for k, i in enumerate(index) if i is Ellipsis] or [len(index)]
    index = (*index[: dots[0]], *[slice(None)] * (len(seen.axes) - given), *index[dots[0] + 1 :])
    axes, position = [], 0
    for item in index:
        if item is None:
            axes.append(((None, 1),))
            continue
        length = length_of(seen.axes[position])
        if isinstance(item, slice):
            first, stop, step = item.indices(length)
            seen = windowed(seen, position, len(range(first, stop, step)), stride=step, before=-first)
            axes.append(seen.axes[position])
        elif isinstance(item, int) and not isinstance(item, bool):
            seen = windowed(seen, position, 1, before=-(item % length))
        elif isinstance(item, list) and not moving_axes(seen.axes[position]) and all(type(i) is int for i in item):
            axes.append(((None, len(item)),))
        else:
            raise Lost
        position += 1
    return seen._replace(axes=tuple(axes))


def _item(call):
    return _indexed(call.only(), call.args[1])


def _padded(call):
    given, seen = call.named("pad", "mode", "value"), call.only()
    if given.get("mode", "constant") == "circular":
        raise Lost
    for k in range(len(given["pad"]) // 2):
        position = len(seen.axes) - 1 - k
        seen = windowed(seen, position, call.result.shape[position], before=given["pad"][2 * k])
    return seen


def _difference(call):
    given, seen = call.named("n", "dim", "prepend", "append"), call.only()
    if given.get("prepend") is not None or given.get("append") is not None:
        raise Lost
    dim = axes_of(given.get("dim", -1), len(seen.axes))[0]
    return windowed(seen, dim, call.result.shape[dim], kernel=given.get("n", 1) + 1)


def _joined(call):
    """Side by side along channels, the batch or another axis along which no field moves."""
    tensors, dim = call.args[0], call.named("dim").get("dim", 0) % call.result.ndim
    operands = [call.fields[t] for t in tensors if t in call.fields]
    if set(moving_axes(*(s.axes[dim] for s in operands))) - {0}:
        raise Lost
    axes = [where_they_meet([s.axes[a] for s in operands], n) for a, n in enumerate(call.result.shape) if a != dim]
    channels = {axis for s in operands for axis in moving_axes(s.axes[dim])}  # 0: the input's own, of two frames perhaps
    axes.insert(dim, ((min(channels, default=None), call.result.shape[dim]),))
    return union_of(operands, axes)


def _stacked(call):
    """On a new axis; things seen at different places of the input would make it an axis of the input again."""
    tensors, dim = call.args[0], call.named("dim").get("dim", 0) % call.result.ndim
    operands = [call.fields[t] for t in tensors if t in call.fields]
    still = any(set(range(len(s.size))) - set(moving_axes(*s.axes)) for s in operands)
    if still and len({(s.start, s.size) for s in operands}) > 1:
        raise Lost
    shape = [n for a, n in enumerate(call.result.shape) if a != dim]
    axes = [where_they_meet([s.axes[a] for s in operands], n) for a, n in enumerate(shape)]
    axes.insert(dim, ((None, len(tensors)),))
    return union_of(operands, axes)


def _over_channels(call):
    """Local response normalisation, which looks at some channels around each."""
    if set(moving_axes(call.only().axes[1])) - {0}:
        raise Lost
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
ANYHOW = {                                                                # also of pairs of positions
    **dict.fromkeys(ELEMENTWISE, _elementwise), **dict.fromkeys(("matmul", "bmm", "mm"), _matmul),
    "einsum": _einsum, "scaled_dot_product_attention": _attention,
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
    **{f"adaptive_avg_pool{n}d": lambda call, n=n: _adaptive_pool(call, n) for n in (1, 2, 3)},
    **{f"adaptive_max_pool{n}d": lambda call, n=n: _adaptive_pool(call, n) for n in (1, 2, 3)},
    "linear": _linear, "diff": _difference, "pad": _padded, "getitem": _item, "local_response_norm": _over_channels,
    "squeeze": _squeezed, "unsqueeze": _unsqueezed, "chunk": _parts_of, "split": _parts_of, "unbind": _unbound,
    **dict.fromkeys(("expand", "expand_as", "broadcast_to"), _expanded),
    **dict.fromkeys(("cat", "concat", "concatenate"), _joined), "stack": _stacked,
}  # fmt: skip
BLANK = {"zeros_like", "ones_like", "empty_like", "full_like", "rand_like", "randn_like"}  # read a shape only
