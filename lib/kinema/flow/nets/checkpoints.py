"""Officially released weights of flow networks: from their names to ours. See `kinema.weights`."""

import re

from kinema.weights import OFFICIAL, blue_first, load_official, register, replaced, without

__all__ = ["OFFICIAL", "load_official", "register"]

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


# RAFT: princeton-vl/RAFT (core/raft.py, extractor.py, update.py) and torchvision spell the same tensors differently.

RAFT_ENCODERS = {"fnet": "features", "feature_encoder": "features", "cnet": "context", "context_encoder": "context"}
RAFT_ENCODER = "(" + "|".join(RAFT_ENCODERS) + r")\."


def _raft_block(inner):
    """Rule for the part `inner` of block m[3] of group m[2] in an encoder: our blocks stand in one row."""

    def ours(m):
        return f"{RAFT_ENCODERS[m[1]]}.blocks.{2 * int(m[2]) - 2 + int(m[3])}.{inner(m)}"

    return ours


RAFT_RULES = (
    # The encoders, in the authors' spelling, then in torchvision's.
    (RAFT_ENCODER + r"conv1\.(\w+)", lambda m: f"{RAFT_ENCODERS[m[1]]}.stem.0.{m[2]}"),
    (RAFT_ENCODER + r"norm1\.(\w+)", lambda m: f"{RAFT_ENCODERS[m[1]]}.stem.1.{m[2]}"),
    (RAFT_ENCODER + r"conv2\.(\w+)", lambda m: f"{RAFT_ENCODERS[m[1]]}.head.{m[2]}"),
    (RAFT_ENCODER + r"layer(\d)\.(\d)\.conv(\d)\.(\w+)", _raft_block(lambda m: f"body.{int(m[4]) - 1}.0.{m[5]}")),
    (RAFT_ENCODER + r"layer(\d)\.(\d)\.norm([12])\.(\w+)", _raft_block(lambda m: f"body.{int(m[4]) - 1}.1.{m[5]}")),
    (RAFT_ENCODER + r"layer(\d)\.(\d)\.downsample\.(\d)\.(\w+)", _raft_block(lambda m: f"skip.{m[4]}.{m[5]}")),
    (RAFT_ENCODER + r"convnormrelu\.(\d)\.(\w+)", lambda m: f"{RAFT_ENCODERS[m[1]]}.stem.{m[2]}.{m[3]}"),
    (RAFT_ENCODER + r"conv\.(\w+)", lambda m: f"{RAFT_ENCODERS[m[1]]}.head.{m[2]}"),
    (
        RAFT_ENCODER + r"layer(\d)\.(\d)\.convnormrelu(\d)\.(\d)\.(\w+)",
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


@register("RAFT")
def raft(state):
    # norm3 of a block is the same tensor again as downsample.1.
    return replaced(without(state, RAFT_ENCODER + r"layer\d\.\d\.norm3\.\w+"), RAFT_RULES)


# visinf/irr: models/IRR_PWC.py, pwcnet_irr.py, pwc_modules.py, irr_modules.py. Files say "_model." before each name.

IRR_DECODERS = {
    "flow_estimators": "flow_decoder",
    "context_networks": "flow_decoder",
    "occ_estimators": "occlusion_decoder",
    "occ_context_networks": "occlusion_decoder",
}
IRR_FILTERS = {"refine_flow": "flow_filter", "refine_occ": "occlusion_filter"}
IRR_UPSAMPLER = {
    "init_conv.0": "first.0",
    "res_convs.0.0": "residual.0.0",
    "res_convs.1.0": "residual.1",
    "res_end_conv.0": "last.0",
    "out_convs.0": "out.0",
}
LAST_CONTEXT = 6  # the one convolution of a context network without activation

IRR_RULES = (
    (r"feature_pyramid_extractor\.convs\.(\d\.\d\.0\.\w+)", r"pyramid.\1"),
    (r"conv_1x1\.(\d\.0\.\w+)", r"project.\1"),
    (r"conv_1x1_1\.(0\.\w+)", r"project_fine.\1"),
    (
        r"(flow_estimators|occ_estimators)\.conv(\d)\.0\.(\w+)",
        lambda m: f"{IRR_DECODERS[m[1]]}.estimator.layers.{int(m[2]) - 1}.0.{m[3]}",
    ),
    (r"(flow_estimators|occ_estimators)\.conv_last\.0\.(\w+)", lambda m: f"{IRR_DECODERS[m[1]]}.estimator.predict.{m[2]}"),
    (
        r"(context_networks|occ_context_networks)\.convs\.(\d)\.0\.(\w+)",
        lambda m: f"{IRR_DECODERS[m[1]]}.context.{m[2]}{'' if int(m[2]) == LAST_CONTEXT else '.0'}.{m[3]}",
    ),
    (r"(refine_flow|refine_occ)\.convs\.(\d\.0\.\w+)", lambda m: f"{IRR_FILTERS[m[1]]}.distance.{m[2]}"),
    (r"occ_shuffle_upsample\.([\w.]+)\.(\w+)", lambda m: f"upsample_occlusion.{IRR_UPSAMPLER[m[1]]}.{m[2]}"),
)


@register("IRRPWC")
def irr_pwc(state):
    return replaced({key.removeprefix("_model."): value for key, value in state.items()}, IRR_RULES)


@register("PWCNetIRR")
def pwc_net_irr(state):
    return {key.replace("flow_decoder.", "decoder."): value for key, value in irr_pwc(state).items()}


# ucbdrive/hd3: models/hd3net.py, dla.py, dla_up.py, decoder.py.

HD3_TREE = {
    "tree1": "first",
    "tree2": "second",
    "conv1": "first.0",
    "bn1": "first.1",
    "conv2": "second.0",
    "bn2": "second.1",
    "root.conv": "root.0",
    "root.bn": "root.1",
}
HD3_MAPPING = {
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
HD3_IDA = {"proj": "project", "up": "up", "node": "merge"}


def _hd3_tree(m):
    path = m[2]
    for theirs, ours in HD3_TREE.items():
        path = re.sub(rf"(?<![\w.]){re.escape(theirs)}(?!\w)|(?<=\.){re.escape(theirs)}(?!\w)", ours, path)
    if m[1] in "34" and path.startswith("project"):
        path = path.replace("project", "idle")
    return f"encoder.base.levels.{m[1]}.{path}"


HD3_RULES = (
    (r"encoder\.base\.base_layer\.(\d\.\w+)", r"encoder.base.stem.\1"),
    (r"encoder\.base\.level([01]\.\d\.\w+)", r"encoder.base.levels.\1"),
    (r"encoder\.base\.level([2-6])\.([\w.]+)", _hd3_tree),
    (
        r"encoder\.dla_up\.ida_(\d)\.(proj|up|node)_(\d)\.([\w.]+)",
        lambda m: f"encoder.aggregations.{m[1]}.{HD3_IDA[m[2]]}.{int(m[3]) - 1}.{m[4]}",
    ),
    (r"cost_bn_(\d\.\w+)", r"normalise_volume.\1"),
    (r"Decoder_(\d)\.mapping\.([\w.]+)\.(\w+)", lambda m: f"decoders.{m[1]}.mapping.{HD3_MAPPING[m[2]]}.{m[3]}"),
    (r"Decoder_(\d)\.up\.(\d\.\w+)", r"decoders.\1.up.\2"),
    (r"Decoder_(\d)\.cls\.(\d\.\w+)", r"decoders.\1.scores.\2"),
    (r"Decoder_(\d)\.dc_conv_(\d\.\d\.\w+)", r"decoders.\1.scores.\2"),
    (r"Decoder_(\d)\.cls\.(\w+)", r"decoders.\1.scores.7.\2"),  # after the seven dilated convolutions
)


@register("HD3")
def hd3(state):
    """With or without context."""
    return replaced({key.removeprefix("hd3net."): value for key, value in state.items()}, HD3_RULES)


# gengshan-y/VCN: models/VCN.py, VCN_small.py, submodule.py, conv4d.py. It was trained on blue, green, red. Sampling
# grids are no weights, and the heads dcN_convo serve its training only.

VCN_SEPARABLE = {"conv1": "space.layers", "conv2": "displacement.layers"}
VCN_BLOCKS = {"conva1": "down1", "conva2": "down2", "convb3": "up3", "convb2": "up2", "convb1": "up1"}


def _vcn_volume(m):
    level, block, rest = 6 - int(m[1]), VCN_BLOCKS[m[2]], m[3]
    if rest.startswith("downsample"):
        rest = rest.removeprefix("downsample.")
        if rest.startswith(("conv1.weight", "bn.")):  # strided in displacement only: one convolution
            rest = re.sub(r"^bn", "1", re.sub(r"^conv1", "0", rest))
            return f"filters.{level}.{block}.shortcut.layers.{rest}"
        return f"filters.{level}.{block}.shortcut.{re.sub(r'^(conv[12])[.]', lambda n: VCN_SEPARABLE[n[1]] + '.', rest)}"
    unit, rest = rest.split(".", 1)
    rest = re.sub(r"^(conv[12])[.]", lambda n: VCN_SEPARABLE[n[1]] + ".", rest)
    return f"filters.{level}.{block}.{'first' if unit == 'conv1' else 'second'}.{rest}"


VCN_RULES = (
    (r"pspnet\.convbnrelu1_(\d)\.cbr_unit\.(\d\.\w+)", lambda m: f"features.stem.{int(m[1]) - 1}.{m[2]}"),
    (
        r"pspnet\.res_block([3567])\.0\.convbnrelu1\.cbr_unit\.(\d\.\w+)",
        lambda m: f"features.down.{'3567'.index(m[1])}.body.0.{m[2]}",
    ),
    (
        r"pspnet\.res_block([3567])\.0\.convbn2\.cb_unit\.(\d\.\w+)",
        lambda m: f"features.down.{'3567'.index(m[1])}.body.1.{m[2]}",
    ),
    (
        r"pspnet\.res_block([3567])\.0\.downsample\.(\d\.\w+)",
        lambda m: f"features.down.{'3567'.index(m[1])}.shortcut.{m[2]}",
    ),
    (r"pspnet\.pyramid_pooling\.path_module_list\.(\d)\.cbr_unit\.(\d\.\w+)", r"features.pooling.paths.\1.\2"),
    (r"pspnet\.upconv(\d)\.1\.cbr_unit\.(\d\.\w+)", lambda m: f"features.up.{6 - int(m[1])}.{m[2]}"),
    (r"pspnet\.iconv(\d)\.cbr_unit\.(\d\.\w+)", lambda m: f"features.merge.{5 - int(m[1])}.{m[2]}"),
    (r"f(\d)\.proj\.0\.conv1\.(\w+)", lambda m: f"filters.{6 - int(m[1])}.project.layers.0.{m[2]}"),
    (r"f(\d)\.proj\.0\.bn\.(\w+)", lambda m: f"filters.{6 - int(m[1])}.project.layers.1.{m[2]}"),
    (r"f(\d)\.(conv[ab]\d)\.([\w.]+)", _vcn_volume),
    (
        r"p(\d)\.(conv[12])\.(\w+)",
        lambda m: f"filters.{6 - int(m[1])}.scores.{VCN_SEPARABLE[m[2]]}.0.{m[3]}",
    ),
    # Each of six layers is convolution, normalisation, activation: ours stand in one row.
    (
        r"dc(\d)_conv([1-6])\.(\d)\.(\w+)",
        lambda m: f"fusions.{6 - int(m[1])}.layers.{3 * (int(m[2]) - 1) + int(m[3])}.{m[4]}",
    ),
    (r"dc(\d)_conv7\.(\w+)", lambda m: f"fusions.{6 - int(m[1])}.layers.18.{m[2]}"),
)


@register("VCN")
def vcn(state):
    """VCN and VCN-small."""
    state = without(state, r"(warp\w\.grid|flow_reg\d+\..*|dc\d_convo\..*)")
    return blue_first(replaced(state, VCN_RULES), "features.stem.0.0.weight")
