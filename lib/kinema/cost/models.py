"""The registered networks: how each is built, on what input it is counted, and what others printed of it."""

import importlib
from typing import Any, NamedTuple


class Model(NamedTuple):
    """A row of `MODELS`."""

    builder: str
    """"module:function", which returns the network."""
    shapes: tuple
    """Shape of each input tensor of one forward pass, batch first."""
    published: int | str | None
    """Parameters that others state: exactly, or as they print them ("6.23 M")."""
    source: str
    """Where they state it, or what was built."""
    note: str = ""
    """Shown in the list, such as why it is counted only."""
    gmacs: str | None = None
    """10^9 multiply-adds that others print ("38.5"), mostly as GFLOPs."""
    gmacs_source: str = ""
    """Where."""
    expected: str = ""
    """Why a printed figure does not come out. Empty where it must."""
    options: dict[str, Any] = {}  # noqa: RUF012 - never changed
    """Keyword arguments of the builder."""

    def build(self):
        """The network, with fresh weights."""
        module, function = self.builder.split(":")
        return getattr(importlib.import_module(module), function)(**self.options)


def as_printed(published):
    """A published number as text, "-" where there is none."""
    return "-" if published is None else f"{published:,}" if isinstance(published, int) else published


def agrees(value, published):
    """Whether a count is the published one, to as many digits as were printed; None where none was.

    ``agrees(6_227_224, "6.23 M")`` and ``agrees(152_356_000_000, "152 G")`` are true.
    """
    if published is None:
        return None
    if isinstance(published, int):
        return value == published
    digits, _, unit = published.partition(" ")
    return f"{value / {'M': 1e6, 'G': 1e9}[unit]:.{len(digits.partition('.')[2])}f}" == digits


def status(model, parameters, macs):
    """What became of the printed figures.

    Returns
    -------
    {"match", "expected discrepancy", "mismatch", "no published figure"}
        A mismatch that no sentence explains is a defect of ours; the tests allow none.
    """
    checks = [agrees(parameters, model.published), agrees(macs, f"{model.gmacs} G" if model.gmacs else None)]
    if all(check is None for check in checks):
        return "no published figure"
    if False not in checks:
        return "match"
    return "expected discrepancy" if model.expected else "mismatch"
