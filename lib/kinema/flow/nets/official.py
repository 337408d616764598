"""How the authors' released weights are called, and what each is called here.

Every function takes one name of a published state dict, without any ``module.`` in front, and
returns our name for it, or None where the net has no use for it. A name it does not know is a
ValueError: nothing is dropped in silence.
"""

import re


def _first_match(name, rules):
    for pattern, ours in rules:
        found = re.fullmatch(pattern, name)
        if found:
            if ours is None:
                return None
            return ours(found) if callable(ours) else found.expand(ours)
    raise ValueError(f"no rule for the weight {name!r}: is this checkpoint of another net?")


_RAFT_ENCODERS = {"fnet": "features", "feature_encoder": "features", "cnet": "context", "context_encoder": "context"}
_RAFT_ENCODER = "(" + "|".join(_RAFT_ENCODERS) + r")\."


def _raft_block(inner):
    """Rule for the part `inner` of block m[3] of group m[2] in an encoder: our blocks stand in one row."""

    def ours(m):
        return f"{_RAFT_ENCODERS[m[1]]}.blocks.{2 * int(m[2]) - 2 + int(m[3])}.{inner(m)}"

    return ours


_RAFT = (
    # The encoders, in the authors' spelling, then in torchvision's.
    (_RAFT_ENCODER + r"conv1\.(\w+)", lambda m: f"{_RAFT_ENCODERS[m[1]]}.stem.0.{m[2]}"),
    (_RAFT_ENCODER + r"norm1\.(\w+)", lambda m: f"{_RAFT_ENCODERS[m[1]]}.stem.1.{m[2]}"),
    (_RAFT_ENCODER + r"conv2\.(\w+)", lambda m: f"{_RAFT_ENCODERS[m[1]]}.head.{m[2]}"),
    (_RAFT_ENCODER + r"layer(\d)\.(\d)\.conv(\d)\.(\w+)", _raft_block(lambda m: f"body.{int(m[4]) - 1}.0.{m[5]}")),
    (_RAFT_ENCODER + r"layer(\d)\.(\d)\.norm([12])\.(\w+)", _raft_block(lambda m: f"body.{int(m[4]) - 1}.1.{m[5]}")),
    (_RAFT_ENCODER + r"layer\d\.\d\.norm3\.\w+", None),  # the same tensor again as downsample.1
    (_RAFT_ENCODER + r"layer(\d)\.(\d)\.downsample\.(\d)\.(\w+)", _raft_block(lambda m: f"skip.{m[4]}.{m[5]}")),
    (_RAFT_ENCODER + r"convnormrelu\.(\d)\.(\w+)", lambda m: f"{_RAFT_ENCODERS[m[1]]}.stem.{m[2]}.{m[3]}"),
    (_RAFT_ENCODER + r"conv\.(\w+)", lambda m: f"{_RAFT_ENCODERS[m[1]]}.head.{m[2]}"),
    (
        _RAFT_ENCODER + r"layer(\d)\.(\d)\.convnormrelu(\d)\.(\d)\.(\w+)",
        _raft_block(lambda m: f"body.{int(m[4]) - 1}.{m[5]}.{m[6]}"),
    ),
    # The update: convolutions stand at 0 and 2 of their sequence, a ReLU between them.
    (
        r"update_block\.(?:motion_)?encoder\.conv(?:c|corr)(\d)(?:\.0)?\.(\w+)",
        lambda m: f"update.motion.correlations.{2 * int(m[1]) - 2}.{m[2]}",
    ),
    (
        r"update_block\.(?:motion_)?encoder\.conv(?:f|flow)(\d)(?:\.0)?\.(\w+)",
        lambda m: f"update.motion.flow_convs.{2 * int(m[1]) - 2}.{m[2]}",
    ),
    (r"update_block\.(?:motion_)?encoder\.conv(?:\.0)?\.(\w+)", r"update.motion.mix.0.\1"),
    (r"update_block\.gru\.conv([zrq])(\d?)\.(\w+)", lambda m: f"update.grus.{int(m[2] or 1) - 1}.{m[1]}.{m[3]}"),
    (
        r"update_block\.recurrent_block\.convgru(\d)\.conv([zrq])\.(\w+)",
        lambda m: f"update.grus.{int(m[1]) - 1}.{m[2]}.{m[3]}",
    ),
    (r"update_block\.flow_head\.conv(\d)\.(\w+)", lambda m: f"update.head.{2 * int(m[1]) - 2}.{m[2]}"),
    (r"update_block\.mask\.(\d)\.(\w+)", r"mask.\1.\2"),
    (r"mask_predictor\.convrelu\.0\.(\w+)", r"mask.0.\1"),
    (r"mask_predictor\.conv\.(\w+)", r"mask.2.\1"),
)


def raft(name):
    """RAFT's weights: princeton-vl/RAFT and torchvision spell them differently, both are known."""
    return _first_match(name, _RAFT)


_IRR_DECODERS = {
    "flow_estimators": "flow_decoder",
    "context_networks": "flow_decoder",
    "occ_estimators": "occlusion_decoder",
    "occ_context_networks": "occlusion_decoder",
}
_IRR_FILTERS = {"refine_flow": "flow_filter", "refine_occ": "occlusion_filter"}
_IRR_UPSAMPLER = {
    "init_conv.0": "first.0",
    "res_convs.0.0": "residual.0.0",
    "res_convs.1.0": "residual.1",
    "res_end_conv.0": "last.0",
    "out_convs.0": "out.0",
}
_LAST_CONTEXT = 6  # the one convolution of a context network without activation

_IRR_PWC = (
    (r"feature_pyramid_extractor\.convs\.(\d\.\d\.0\.\w+)", r"pyramid.\1"),
    (r"conv_1x1\.(\d\.0\.\w+)", r"project.\1"),
    (r"conv_1x1_1\.(0\.\w+)", r"project_fine.\1"),
    (
        r"(flow_estimators|occ_estimators)\.conv(\d)\.0\.(\w+)",
        lambda m: f"{_IRR_DECODERS[m[1]]}.dense.{int(m[2]) - 1}.0.{m[3]}",
    ),
    (r"(flow_estimators|occ_estimators)\.conv_last\.0\.(\w+)", lambda m: f"{_IRR_DECODERS[m[1]]}.head.{m[2]}"),
    (
        r"(context_networks|occ_context_networks)\.convs\.(\d)\.0\.(\w+)",
        lambda m: f"{_IRR_DECODERS[m[1]]}.context.{m[2]}{'' if int(m[2]) == _LAST_CONTEXT else '.0'}.{m[3]}",
    ),
    (r"(refine_flow|refine_occ)\.convs\.(\d\.0\.\w+)", lambda m: f"{_IRR_FILTERS[m[1]]}.distance.{m[2]}"),
    (r"occ_shuffle_upsample\.([\w.]+)\.(\w+)", lambda m: f"upsample_occlusion.{_IRR_UPSAMPLER[m[1]]}.{m[2]}"),
)


def irr_pwc(name):
    """IRR-PWC's weights as visinf/irr calls them, with or without ``_model.`` in front."""
    return _first_match(name.removeprefix("_model."), _IRR_PWC)


def pwc_net_irr(name):
    """PWC-Net + IRR's weights (visinf/irr, pwcnet_irr): those of IRR-PWC that it has; its decoder stands alone."""
    return irr_pwc(name).replace("flow_decoder.", "decoder.")


_HD3_TREE = {
    "tree1": "first",
    "tree2": "second",
    "conv1": "first.0",
    "bn1": "first.1",
    "conv2": "second.0",
    "bn2": "second.1",
    "root.conv": "root.0",
    "root.bn": "root.1",
}
_HD3_MAPPING = {
    "block1.conv1": "first.first",
    "block1.bn2": "first.between.0",
    "block1.conv2": "first.second",
    "block1.shortcut.0": "first.project",
    "block2.bn1": "second.before.0",
    "block2.conv1": "second.first",
    "block2.bn2": "second.between.0",
    "block2.conv2": "second.second",
    "root.0": "root.0",
    "root.2": "root.2",
}
_HD3_IDA = {"proj": "project", "up": "up", "node": "merge"}


def _hd3_tree(m):
    path = m[2]
    for theirs, ours in _HD3_TREE.items():
        path = re.sub(rf"(?<![\w.]){re.escape(theirs)}(?!\w)|(?<=\.){re.escape(theirs)}(?!\w)", ours, path)
    if m[1] in "34" and path.startswith("project"):
        path = path.replace("project", "idle")
    return f"encoder.base.levels.{m[1]}.{path}"


_HD3 = (
    (r"encoder\.base\.base_layer\.(\d\.\w+)", r"encoder.base.stem.\1"),
    (r"encoder\.base\.level([01]\.\d\.\w+)", r"encoder.base.levels.\1"),
    (r"encoder\.base\.level([2-6])\.([\w.]+)", _hd3_tree),
    (
        r"encoder\.dla_up\.ida_(\d)\.(proj|up|node)_(\d)\.([\w.]+)",
        lambda m: f"encoder.aggregations.{m[1]}.{_HD3_IDA[m[2]]}.{int(m[3]) - 1}.{m[4]}",
    ),
    (r"cost_bn_(\d\.\w+)", r"normalise_volume.\1"),
    (r"Decoder_(\d)\.mapping\.([\w.]+)\.(\w+)", lambda m: f"decoders.{m[1]}.mapping.{_HD3_MAPPING[m[2]]}.{m[3]}"),
    (r"Decoder_(\d)\.up\.(\d\.\w+)", r"decoders.\1.up.\2"),
    (r"Decoder_(\d)\.cls\.(\d\.\w+)", r"decoders.\1.scores.\2"),
    (r"Decoder_(\d)\.dc_conv_(\d\.\d\.\w+)", r"decoders.\1.scores.\2"),
    (r"Decoder_(\d)\.cls\.(\w+)", r"decoders.\1.scores.7.\2"),  # after the seven dilated convolutions
)


def hd3(name):
    """HD3F's weights, with or without context, as ucbdrive/hd3 calls them."""
    return _first_match(name.removeprefix("hd3net."), _HD3)


hd3_context = hd3
