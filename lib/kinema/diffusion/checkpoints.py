"""Weights that others have trained, read into the diffusion networks here.

Names are mapped as `kinema.weights` says. These are FDM's, as its code saves them: "model000000.pt" or
"ema_0.9999_000000.pt", or what lies in their "state_dict".
"""

import re

from kinema.weights import load_official, register, replaced

__all__ = ["load_official"]

_BLOCK = {
    "in_layers.0": "norm_in", "in_layers.2": "conv_in", "emb_layers.1": "modulate", "out_layers.0": "norm_out",
    "out_layers.3": "conv_out", "skip_connection": "shortcut",
}  # fmt: skip
_ATTENTION = {"norm": "norm", "qkv": "qkv", "proj_out": "out"}
_POSITIONS = {"embed_distances": "distance", "embed_diffusion_time": "step", "out": "out"}
_ON = {"q": "on_queries", "k": "on_keys", "v": "on_values"}


def _inside(rest):
    """A layer of a residual block, of an attention, or one that changes the size; None for anything else."""
    layer, _, kind = rest.rpartition(".")
    if layer in _BLOCK:
        return f"block.{_BLOCK[layer]}.{kind}"
    found = re.fullmatch(r"(temporal|spatial)_attention\.(norm|qkv|proj_out)", layer)
    if found:
        return f"attention.{found[1]}.{_ATTENTION[found[2]]}.{kind}"
    found = re.fullmatch(r"temporal_attention\.rpe_([qkv])\.rpe_net\.(embed_distances|embed_diffusion_time|out)", layer)
    if found:
        return f"attention.temporal.{_ON[found[1]]}.{_POSITIONS[found[2]]}.{kind}"
    return {"op": f"resize.{kind}", "conv": f"resize.conv.{kind}"}.get(layer)


# plai-group/flexible-video-diffusion-modeling, improved_diffusion/unet.py and rpe.py


@register("FDM")
def fdm(state):
    """The network with its relative position nets."""

    def stage(match):
        where, number, rest = match.groups()
        name = _inside(rest)
        if name is None:
            return match[0]
        if where == "input":
            return f"unet.down.{int(number) - 1}.{name}"
        return f"unet.up.{number}.{name}"

    def middle(match):
        name = _inside(match[2])
        return match[0] if name is None else f"unet.middle.{int(match[1]) // 2}.{name}"

    return replaced(
        state,
        [
            (r"time_embed\.([02])\.(\w+)", r"step.layers.\1.\2"),
            (r"input_blocks\.0\.0\.(\w+)", r"unet.stem.\1"),
            (r"(input|output)_blocks\.(\d+)\.\d\.(.+)", stage),
            (r"middle_block\.([012])\.(.+)", middle),
            (r"out\.0\.(\w+)", r"unet.norm.\1"),
            (r"out\.2\.(\w+)", r"unet.out.\1"),
        ],
    )
