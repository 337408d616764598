"""Weights that others have trained, read into the networks here.

The official files name their tensors after their own modules. For each network a function turns such a state dict
into one with our names; `load_official` then insists that every tensor is there, none is left over, and every
shape agrees. Files are read with ``weights_only=True``: a file of weights cannot run code.

To add a network, write a function ``rename(state) -> state`` and register it: ``OFFICIAL["RAFT"] = rename``.
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
        A file as torch saves it, or what it holds: names to tensors, perhaps under the key "state_dict",
        perhaps with the prefix "module." that parallel training leaves.

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
        state = torch.load(Path(state), map_location="cpu", weights_only=True)
    state = _plain(state)
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


def _complaint(what, names, most=6):
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{what} {', '.join(names[:most])}{more}" if names else ""


def _plain(state):
    """Names to tensors, unwrapped."""
    if isinstance(state.get("state_dict"), dict):
        state = state["state_dict"]
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


def blue_first(state, *names):
    """`state` whose tensors `names` expect blue, green, red, rewritten for red, green, blue."""
    return {key: value.flip(1) if key in names else value for key, value in state.items()}


# NVIDIA/flownet2-pytorch: networks/FlowNetS.py, FlowNetC.py, FlowNetSD.py, FlowNetFusion.py, models.py


def _flownet(coarsest, stages):
    """Rules for one network: its own `stages`, then contraction and refinement from level `coarsest` down."""
    return [
        *stages,
        (r"conv([456])\.0\.(\w+)", lambda m: f"contraction.{int(m[1]) - 4}.0.0.{m[2]}"),
        (r"conv([456])_1\.0\.(\w+)", lambda m: f"contraction.{int(m[1]) - 4}.1.0.{m[2]}"),
        (r"deconv(\d)\.0\.(\w+)", lambda m: f"refinement.deconv.{coarsest - 1 - int(m[1])}.0.{m[2]}"),
        (r"inter_conv(\d)\.0\.(\w+)", lambda m: f"refinement.smooth.{coarsest - 1 - int(m[1])}.{m[2]}"),
        (r"predict_flow(\d)\.(\w+)", lambda m: f"refinement.predict.{coarsest - int(m[1])}.{m[2]}"),
        (r"upsampled_flow(\d)_to_\d\.(\w+)", lambda m: f"refinement.upflow.{coarsest - int(m[1])}.{m[2]}"),
    ]


def _double(numbers):
    """Rules for stages of two convolutions, convN and convN_1."""
    return [
        (rf"conv([{numbers}])\.0\.(\w+)", r"conv\1.0.0.\2"),
        (rf"conv([{numbers}])_1\.0\.(\w+)", r"conv\1.1.0.\2"),
    ]


FLOWNET_S = _flownet(6, _double("3"))
FLOWNET_C = _flownet(6, [(r"conv_redir\.0\.(\w+)", r"redirect.0.\1")])
FLOWNET_SD = _flownet(6, _double("123"))
FUSION = _flownet(2, _double("12"))


@register("FlowNetS")
def flownet_s(state):
    return replaced(state, FLOWNET_S)


@register("FlowNetC")
def flownet_c(state):
    return replaced(state, FLOWNET_C)


@register("FlowNetSD")
def flownet_sd(state):
    return replaced(state, FLOWNET_SD)


def _part(state, prefix, new, rules):
    """The tensors of one sub-network, renamed."""
    own = {key.removeprefix(prefix): value for key, value in state.items() if key.startswith(prefix)}
    return {new + key: value for key, value in replaced(own, rules).items()}


@register("FlowNetStack")
def flownet_stack(state):
    """FlowNet2-CS and FlowNet2-CSS."""
    parts = [
        ("flownetc.", "first.", FLOWNET_C),
        ("flownets_1.", "rest.0.", FLOWNET_S),
        ("flownets_2.", "rest.1.", FLOWNET_S),
    ]
    known = {key: value for part in parts for key, value in _part(state, *part).items()}
    left = {k: v for k, v in state.items() if not k.startswith(tuple(prefix for prefix, _, _ in parts))}
    return {**known, **left}


@register("FlowNet2")
def flownet2(state):
    small = _part(state, "flownets_d.", "small.", FLOWNET_SD)
    fusion = _part(state, "flownetfusion.", "fusion.", FUSION)
    rest = {k: v for k, v in state.items() if not k.startswith(("flownets_d.", "flownetfusion."))}
    stack = {f"stack.{key}": value for key, value in flownet_stack(rest).items()}
    return {**stack, **small, **fusion}


# sniklaus/pytorch-spynet, run.py: six levels, coarse to fine. Its files say "module" where the code says "net".


@register("SPyNet")
def spynet(state):
    return replaced(state, [(r"(?:module|net)Basic\.(\d+)\.(?:module|net)Basic\.(\d+)\.(\w+)", r"levels.\1.\2.\3")])


# NVlabs/PWC-Net, PyTorch/models/PWCNet.py. It was trained on blue, green, red.


def _pwc_feature(match):
    level, place, kind = int(match[1]), match[2], match[3]
    # At level 6 the first layer is called aa and the second a; at all others it is the other way round.
    order = ["aa", "a", "b"] if level == 6 else ["a", "aa", "b"]
    return f"pyramid.{level - 1}.{order.index(place)}.0.{kind}"


@register("PWCNet")
def pwc_net(state):
    renamed = replaced(
        state,
        [
            (r"conv(\d)(aa|a|b)\.0\.(\w+)", _pwc_feature),
            (r"conv(\d)_(\d)\.0\.(\w+)", lambda m: f"estimators.{6 - int(m[1])}.layers.{m[2]}.0.{m[3]}"),
            (r"predict_flow(\d)\.(\w+)", lambda m: f"estimators.{6 - int(m[1])}.predict.{m[2]}"),
            (r"deconv(\d)\.(\w+)", lambda m: f"upflow.{6 - int(m[1])}.{m[2]}"),
            (r"upfeat(\d)\.(\w+)", lambda m: f"upfeatures.{6 - int(m[1])}.{m[2]}"),
            (r"dc_conv([1-6])\.0\.(\w+)", lambda m: f"context.{int(m[1]) - 1}.0.{m[2]}"),
            (r"dc_conv7\.(\w+)", r"context.6.\1"),
        ],
    )
    return blue_first(renamed, "pyramid.0.0.0.weight")


# sniklaus/pytorch-liteflownet, run.py: units from level 2 to 6, ours from 6 to 2. Blue, green, red, too.

LITE_FEATURES = {"One": 0, "Two": 1, "Thr": 2, "Fou": 3, "Fiv": 4, "Six": 5}
LITE_UNITS = {"Matching": "matching", "Subpixel": "subpixel", "Regularization": "regularisation"}
LITE_PARTS = {
    "Feat": "lift", "Upflow": "upflow", "Upcorr": "upvolume", "Main": "head", "Dist": "distance",
    "ScaleX": "scale_u", "ScaleY": "scale_v",
}  # fmt: skip


def _lite_feature(match):
    stage, layer, kind = LITE_FEATURES[match[1]], int(match[2]) // 2, match[3]
    alone = stage in (0, 4, 5)  # one convolution, not a sequence of them
    return f"features.{stage}.0.{kind}" if alone else f"features.{stage}.{layer}.0.{kind}"


def _lite_unit(match):
    unit, level, part, layer, kind = LITE_UNITS[match[1]], 4 - int(match[2]), match[3], match[4], match[5]
    name = LITE_PARTS[part]
    if unit == "regularisation":
        name = {"lift": "reduce", "head": "body"}.get(name, name)
    if layer is None:
        return f"{unit}.{level}.{name}.{kind}"
    if name in ("lift", "reduce", "distance"):
        return f"{unit}.{level}.{name}.{layer}.{kind}"
    last = name == "head" and layer == "6"  # the flow itself: no activation follows
    return f"{unit}.{level}.{name}.{int(layer) // 2}{'' if last else '.0'}.{kind}"


@register("LiteFlowNet")
def lite_flow_net(state):
    n, stages, units, parts = "(?:module|net)", *("|".join(names) for names in (LITE_FEATURES, LITE_UNITS, LITE_PARTS))
    renamed = replaced(
        state,
        [
            (rf"{n}Features\.{n}({stages})\.(\d)\.(\w+)", _lite_feature),
            (rf"{n}({units})\.(\d)\.{n}({parts})(?:\.(\d+))?\.(weight|bias)", _lite_unit),
        ],
    )
    return blue_first(renamed, "features.0.0.weight")
