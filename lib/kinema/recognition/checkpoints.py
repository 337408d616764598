"""Weights that others have trained, read into the networks here.

Names are mapped as `kinema.weights` says; these are torchvision's video networks, its picture networks, and C3D as
released for PyTorch (DavideA/c3d-pytorch: conv1 to conv5b, fc6 to fc8), and the SlowFast networks of
facebookresearch/SlowFast (files .pyth of its model zoo).
"""

import re

from kinema.weights import load_official, register, replaced

__all__ = ["load_official"]

_NORM = r"(?:weight|bias|running_mean|running_var|num_batches_tracked)"


# torchvision.models.video.resnet


@register("ResNet3D")
def resnet3d(state):
    """torchvision's r3d_18, mc3_18, r2plus1d_18."""
    split = any(re.fullmatch(r"stem\.3\.weight", key) for key in state)

    def conv(match):
        stage, block, number, rest = match.groups()
        half = {"1": "first", "2": "second"}[number]
        # (conv, norm) of a whole convolution; (space conv, norm, relu, time conv), norm of a split one.
        place = {"0.weight": "0.weight"} if not split else {"0.0.weight": "0.0.weight", "0.3.weight": "1.0.weight"}
        if rest in place:
            return f"stages.{int(stage) - 1}.{block}.{half}.{place[rest]}"
        inner = re.fullmatch(rf"0\.1\.({_NORM})", rest)
        if split and inner:
            return f"stages.{int(stage) - 1}.{block}.{half}.0.1.{inner[1]}"
        outer = re.fullmatch(rf"1\.({_NORM})", rest)
        if outer:
            return f"stages.{int(stage) - 1}.{block}.{half}.{'1.1' if split else '1'}.{outer[1]}"
        return match[0]

    def stem(match):
        place = {"0": "0.0", "1": "0.1", "3": "1.0", "4": "1.1"}[match[1]] if split else match[1]
        return f"stem.{place}.{match[2]}"

    return replaced(
        state,
        [
            (r"stem\.(\d)\.(\w+)", stem),
            (r"layer(\d)\.(\d+)\.conv(\d)\.([\w.]+)", conv),
            (r"layer(\d)\.(\d+)\.downsample\.(\d)\.(\w+)", lambda m: f"stages.{int(m[1]) - 1}.{m[2]}.shortcut.{m[3]}.{m[4]}"),
            (r"fc\.(\w+)", r"classifier.\1"),
        ],
    )


# torchvision.models.video.s3d


@register("InceptionNet3D")
def s3d(state):
    """torchvision's s3d."""
    # A separable block there is (conv, norm, relu), (conv, norm, relu) in one row: 0.0, 0.1, 1.0, 1.1, as here.
    return replaced(
        state,
        [
            # features: 0 stem, 1 pool, 2 point, 3 separable, 4 pool, 5 and 6 blocks, 7 pool, 8 to 12, 13 pool, 14, 15
            (r"features\.(\d+)\.branch(\d)\.([\w.]+)", _branch),
            (r"features\.(\d+)\.([\w.]+)", r"body.\1.\2"),
            (r"classifier\.1\.(\w+)", r"classifier.\1"),
        ],
    )


def _branch(match):
    block, branch, rest = match.groups()
    # The first branch there is a bare layer, here a row of one.
    return f"body.{block}.branches.{branch}.{'0.' if branch == '0' else ''}{rest}"


# torchvision.models.resnet and vgg


@register("ResNet")
def resnet(state):
    """torchvision's picture networks."""

    def inside(match):
        stage, block, kind, number, rest = match.groups()
        return f"stages.{int(stage) - 1}.{block}.residual.{int(number) - 1}.{0 if kind == 'conv' else 1}.{rest}"

    return replaced(
        state,
        [
            (r"conv1\.(\w+)", r"stem.0.0.\1"),
            (r"bn1\.(\w+)", r"stem.0.1.\1"),
            (r"layer(\d)\.(\d+)\.(conv|bn)(\d)\.(\w+)", inside),
            (r"layer(\d)\.(\d+)\.downsample\.(\d)\.(\w+)", lambda m: f"stages.{int(m[1]) - 1}.{m[2]}.shortcut.{m[3]}.{m[4]}"),
            (r"fc\.(\w+)", r"classifier.\1"),
        ],
    )


@register("VGG")
def vgg(state):
    """torchvision's vgg16."""
    places = {0: (0, 0), 2: (0, 2), 5: (1, 0), 7: (1, 2), 10: (2, 0), 12: (2, 2), 14: (2, 4), 17: (3, 0), 19: (3, 2),
              21: (3, 4), 24: (4, 0), 26: (4, 2), 28: (4, 4)}  # fmt: skip

    def convolution(match):
        stage, layer = places[int(match[1])]
        return f"stages.{stage}.{layer}.{match[2]}"

    head = {"0": "fc6", "3": "fc7", "6": "classifier"}
    return replaced(
        state,
        [
            (r"features\.(\d+)\.(\w+)", convolution),
            (r"classifier\.([036])\.(\w+)", lambda m: f"{head[m[1]]}.{m[2]}"),
        ],
    )


# C3D, Sports-1M


@register("C3D")
def c3d(state):
    """conv1, conv2, conv3a, ... fc6, fc7, fc8."""
    head = {"6": "fc6", "7": "fc7", "8": "classifier"}

    def convolution(match):
        number, letter, rest = match[1], match[2] or "a", match[3]
        return f"stages.{int(number) - 1}.conv{number}{letter}.0.{rest}"

    return replaced(
        state, [(r"conv(\d)([ab]?)\.(\w+)", convolution), (r"fc([678])\.(\w+)", lambda m: f"{head[m[1]]}.{m[2]}")]
    )


# facebookresearch/SlowFast, slowfast/models/video_model_builder.py, resnet_helper.py, nonlocal_helper.py


@register("SlowFast")
def slowfast(state):
    """Both pathways, their lateral convolutions, non-local blocks, head."""
    return _slowfast(state, {"0": "slow.", "1": "fast."})


@register("SinglePathway")
def single_pathway(state):
    """Slow-only networks, which the model zoo calls "Slow"."""
    return _slowfast(state, {"0": "pathway."})


def _slowfast(state, pathways):
    attention = [m.groups() for m in (re.match(r"s(\d)\.pathway(\d)_nonlocal(\d+)\.bn\.weight", key) for key in state) if m]

    def module(stage, pathway, block, more=0):
        """Stages here are rows in which a non-local block stands after its residual block."""
        before = sum(s == stage and p == pathway and int(b) < int(block) for s, p, b in attention)
        return f"{pathways.get(pathway, '?')}stages.{int(stage) - 2}.{int(block) + before + more}"

    def residual(match):
        stage, pathway, block, layer, kind, rest = match.groups()
        return f"{module(stage, pathway, block)}.residual.{'abc'.index(layer)}.{1 if kind else 0}.{rest}"

    def non_local(match):
        stage, pathway, block, layer, rest = match.groups()
        name = {"conv_theta": "theta", "conv_phi": "phi", "conv_g": "g", "conv_out": "out", "bn": "norm"}[layer]
        return f"{module(stage, pathway, block, 1)}.{name}.{rest}"

    return replaced(
        state,
        [
            (r"s1\.pathway(\d)_stem\.conv\.(\w+)", lambda m: f"{pathways.get(m[1], '?')}stem.0.0.{m[2]}"),
            (r"s1\.pathway(\d)_stem\.bn\.(\w+)", lambda m: f"{pathways.get(m[1], '?')}stem.0.1.{m[2]}"),
            (r"s(\d)_fuse\.conv_f2s\.(\w+)", lambda m: f"laterals.{int(m[1]) - 1}.step.0.{m[2]}"),
            (r"s(\d)_fuse\.bn\.(\w+)", lambda m: f"laterals.{int(m[1]) - 1}.step.1.{m[2]}"),
            (r"s(\d)\.pathway(\d)_res(\d+)\.branch1\.(\w+)", lambda m: f"{module(*m.groups()[:3])}.shortcut.0.{m[4]}"),
            (r"s(\d)\.pathway(\d)_res(\d+)\.branch1_bn\.(\w+)", lambda m: f"{module(*m.groups()[:3])}.shortcut.1.{m[4]}"),
            (r"s(\d)\.pathway(\d)_res(\d+)\.branch2\.([abc])(_bn)?\.(\w+)", residual),
            (r"s(\d)\.pathway(\d)_nonlocal(\d+)\.(conv_theta|conv_phi|conv_g|conv_out|bn)\.(\w+)", non_local),
            (r"head\.projection\.(\w+)", r"head.classifier.\1"),
        ],
    )
