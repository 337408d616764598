"""What each place of a tensor sees of the network's input, and along which of its axes that moves.

The arithmetic beneath `kinema.cost.layers`: fields are boxes that functions shift, widen and join.
"""

import math
from typing import NamedTuple

import torch
from torch.utils.weak import WeakTensorKeyDictionary

WHOLE = math.inf  # a field that reaches over the whole input


class Seen(NamedTuple):
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


class Call(NamedTuple):
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
        return [t for t in tensors_in([*self.args, *self.kwargs.values()]) if t in self.fields]

    def only(self):
        """Of the first operand, which must be the only one that depends on the input."""
        (tensor, *others) = self.read()
        if others or not self.args or tensor is not self.args[0]:
            raise Lost
        return self.fields[tensor]

    def named(self, *names):
        """The arguments after the first as a dict; those not given are missing."""
        return {**dict(zip(names, self.args[1:], strict=False)), **self.kwargs}


class Lost(Exception):  # noqa: N818 - never leaves this package
    """No box of a fixed size is the truth, or nobody has worked out which."""


def tensors_in(values):
    for value in values:
        if isinstance(value, torch.Tensor):
            yield value
        elif isinstance(value, list | tuple):
            yield from tensors_in(value)


# Axes and their parts


def moving_axes(*axes):
    """Input axes along which the field moves on these axes of a tensor, as often as they occur."""
    return [axis for parts in axes for axis, _ in parts if axis is not None]


def _single(parts):
    """The one input axis of a tensor's axis, None if it has none; one that is several flattened together is lost."""
    moving = moving_axes(parts)
    if moving and len([part for part in parts if part[1] != 1 or part[0] is not None]) > 1:
        raise Lost
    return moving[0] if moving else None


def is_doubled(seen):
    """Whether one input axis lies along two axes of the tensor: pairs of positions, as attention compares them."""
    moving = moving_axes(*seen.axes)
    return len(set(moving)) < len(moving)


def replaced_at(values, axis, value):
    return (*values[:axis], value, *values[axis + 1 :])


def axes_of(value, ndim):
    """Axes that an argument `dim` names, counted from the front; all for None and for no axes, as torch has it."""
    if value is None or value in ((), []):
        return list(range(ndim))
    return [axis % ndim for axis in ([value] if isinstance(value, int) else value)]


def mixed_over(seen, axes):
    """After something that reads these axes from end to end."""
    whole = set(moving_axes(*(seen.axes[a] for a in axes)))
    size = tuple(WHOLE if axis in whole else n for axis, n in enumerate(seen.size))
    kept = tuple(((None, length_of(p)),) if a in axes else p for a, p in enumerate(seen.axes))
    return seen._replace(axes=kept, size=size)


def length_of(parts):
    return math.prod(n for _, n in parts)


def windowed(seen, position, length, *, kernel=1, stride=1, dilation=1, before=0):
    """After a window has run along one axis of the tensor, `before` positions of padding in front."""
    if (kernel, stride, before) == (1, 1, 0) and length == length_of(seen.axes[position]):
        return seen
    axis = _single(seen.axes[position])
    axes = replaced_at(seen.axes, position, ((axis, length),))
    if axis is None:
        return seen._replace(axes=axes)
    j = seen.step[axis]
    return Seen(
        axes,
        replaced_at(seen.start, axis, seen.start[axis] - before * j),
        replaced_at(seen.size, axis, seen.size[axis] + (kernel - 1) * dilation * j),
        replaced_at(seen.step, axis, j * stride),
    )


def union_of(seens, axes):
    """Fields of several operands together, on a tensor whose axes are `axes`."""
    if len({len(s.size) for s in seens}) > 1:
        raise Lost
    if not seens[0].size:                                               # an input without places, such as a noise step
        return Seen(tuple(axes), (), (), ())
    columns = []
    for axis in range(len(seens[0].size)):
        movers = [s for s in seens if axis in moving_axes(*s.axes)]
        whole = any(s.size[axis] == WHOLE for s in seens)
        still = 0 < len(movers) < len(seens)                            # one frame set against each of many
        if not whole and (still or len({s.step[axis] for s in movers}) > 1):
            raise Lost
        start = min(s.start[axis] for s in seens)
        end = max(s.start[axis] + s.size[axis] for s in seens)
        columns.append((start, end - start, (movers or seens)[0].step[axis]))
    return Seen(tuple(axes), *map(tuple, zip(*columns, strict=True)))


def where_they_meet(parts, length):
    """One axis of a result where axes of several operands meet, some of length 1 perhaps."""
    found = {tuple(p for p in axis if p != (None, 1)) for axis in parts if moving_axes(axis)}
    if not found:
        return ((None, length),)
    (axis, *others) = found
    if others or length_of(axis) != length:
        raise Lost
    return axis


def regrouped(seen, shape):
    """Parts of all axes, row by row, dealt out to the axes of another shape."""
    parts, axes = [], []
    for axis, n in (part for together in seen.axes for part in together):
        if axis is None and parts and parts[-1][0] is None:              # free neighbours may be cut anywhere
            n *= parts.pop()[1]
        parts.append((axis, n))
    for k, n in enumerate(shape):
        axis = []
        while parts and length_of(axis) * parts[0][1] <= n:
            if n == 1 and axis or parts[0][1] == 1 and length_of(axis) == n and shape[k + 1 : k + 2] == (1,):
                break
            axis.append(parts.pop(0))
        if length_of(axis) < n:                                            # a part must be cut
            have = n // length_of(axis)
            if not parts or parts[0][0] is not None or parts[0][1] % have or length_of(axis) * have != n:
                raise Lost
            axis.append((None, have))
            parts[0] = (None, parts[0][1] // have)
        axes.append(tuple(axis))
    if length_of(parts) != 1:
        raise Lost
    if parts:
        axes[-1] = (*axes[-1], *parts)
    return seen._replace(axes=tuple(axes))


# Rules: what a function's result sees
