"""Weights that others have trained, read into the networks of this course.

The official files name their tensors after their own modules. For each network a function turns such a state dict
into one with our names; `load_official` then insists that every tensor is there, none is left over, and every
shape agrees. Files are read with ``weights_only=True``: a file of weights cannot run code.

To add a network, write a function ``rename(state) -> state`` and register it under its class's name.
`kinema.flow.nets.checkpoints` and `kinema.recognition.checkpoints` do so for the networks there.
"""

import re
from pathlib import Path

import torch

OFFICIAL = {}  # name of a network class -> function from a state dict with official names to one with ours


def register(name):
    """Decorator: the function renames official state dicts for the network class `name`."""

    def keep(rename):
        OFFICIAL[name] = rename
        return rename

    return keep


def load_official(net, path_or_state_dict):
    """Fill `net` with officially released weights.

    Parameters
    ----------
    net : torch.nn.Module
        A network whose class is a key of `OFFICIAL`. Changed in place, all of it or nothing.
    path_or_state_dict : path or dict
        A file as torch saves it, or what it holds: names to tensors, perhaps under the key "state_dict" or
        "model_state", perhaps with the prefix "module." that parallel training leaves.

    Returns
    -------
    net

    Raises
    ------
    ValueError
        If the network is not known here, or tensors are missing, left over or of another shape; they are named.
    FileNotFoundError
        If there is no such file.
    """
    name = type(net).__name__
    if name not in OFFICIAL:
        raise ValueError(f"no official names known for {name}; there are: {', '.join(sorted(OFFICIAL))}")
    state = path_or_state_dict
    if not isinstance(state, dict):
        state = _load(Path(state))
    state = _plain(state) if isinstance(state, dict) else {}
    if not state:
        raise ValueError(f"no tensors found for {name}: is this a state dict?")
    renamed = OFFICIAL[name](state)
    own = net.state_dict()
    complaints = [
        _complaint("missing", [key for key in own if key not in renamed]),
        _complaint("unexpected", [key for key in renamed if key not in own]),
        _complaint(
            "of another shape",
            [
                f"{key} {tuple(renamed[key].shape)} instead of {tuple(own[key].shape)}"
                for key in own
                if key in renamed and renamed[key].shape != own[key].shape
            ],
        ),
    ]
    if any(complaints):
        raise ValueError(f"these weights do not fit {name}: {'; '.join(filter(None, complaints))}")
    net.load_state_dict(renamed)
    return net


def _load(path):
    """What torch saved at `path`; ValueError if it is no such file, or holds more than tensors and plain values."""
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except OSError:
        raise
    except Exception as error:  # noqa: BLE001 - a damaged pickle can fail in any way
        raise ValueError(f"{path} is no file of weights that torch can read safely: {error}") from error


def _complaint(what, names, most=6):
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{what} {', '.join(names[:most])}{more}" if names else ""


def _plain(state):
    """Names to tensors, unwrapped."""
    for key in ("state_dict", "model_state"):
        if isinstance(state.get(key), dict):
            state = state[key]
    state = {key: value for key, value in state.items() if isinstance(value, torch.Tensor)}
    if state and all(key.startswith("module.") for key in state):
        state = {key.removeprefix("module."): value for key, value in state.items()}
    return state


def replaced(state, rules):
    """`state` with every name rewritten by the first of `rules`, (pattern, replacement), that matches all of it.

    A name that no rule matches is kept, so that it is reported as unexpected.
    """

    def new(key):
        for pattern, replacement in rules:
            match = re.fullmatch(pattern, key)
            if match:
                return replacement(match) if callable(replacement) else match.expand(replacement)
        return key

    return {new(key): value for key, value in state.items()}


def without(state, pattern):
    """`state` less the tensors whose whole name matches `pattern`."""
    return {key: value for key, value in state.items() if not re.fullmatch(pattern, key)}


def blue_first(state, *names):
    """`state` whose tensors `names` expect blue, green, red, rewritten for red, green, blue."""
    return {key: value.flip(1) if key in names else value for key, value in state.items()}
