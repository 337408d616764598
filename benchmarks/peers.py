"""Other people's networks, to compare with: imported as they are, given our weights.

`make setup` installs torchvision and pytorchvideo without their dependencies, since these would bring a CUDA build of
torch; the course itself needs neither.
"""

import importlib.util
import re
import sys


def import_torchvision():
    """torchvision with its models, also beside a CPU build of torch; ImportError if it is not installed."""
    import torch

    if importlib.util.find_spec("torchvision") is None:
        raise ImportError("torchvision is not installed: make setup installs it")
    try:
        import torchvision.models
    except RuntimeError:
        # Its compiled operators are missing; naming them is enough for the models.
        for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
            del sys.modules[name]
        library = torch.library.Library("torchvision", "DEF")
        library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        library.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        import torchvision.models
    import torchvision.models.optical_flow
    import torchvision.models.video

    return torchvision


def slowfast_r50_4x16_of_pytorchvideo():
    """SlowFast R50 4x16 as pytorchvideo builds it; takes a list of the Slow and the Fast clip. ImportError without it."""
    import_torchvision()
    if importlib.util.find_spec("pytorchvideo") is None:
        raise ImportError("pytorchvideo is not installed: make setup installs it")
    from pytorchvideo.models.slowfast import create_slowfast

    return create_slowfast(
        slowfast_fusion_conv_kernel_size=(5, 1, 1), slowfast_fusion_conv_stride=(8, 1, 1),
        head_pool_kernel_sizes=((4, 7, 7), (32, 7, 7)),
    )  # fmt: skip


# Our names of a SlowFast network's parts, and pytorchvideo's.
NAMES = (
    (r"(slow|fast)\.stem\.0\.0\.", r"blocks.0.multipathway_blocks.\1.conv."),
    (r"(slow|fast)\.stem\.0\.1\.", r"blocks.0.multipathway_blocks.\1.norm."),
    (r"(slow|fast)\.stages\.(\d)\.(\d+)\.shortcut\.0\.", r"blocks.+\2.multipathway_blocks.\1.res_blocks.\3.branch1_conv."),
    (r"(slow|fast)\.stages\.(\d)\.(\d+)\.shortcut\.1\.", r"blocks.+\2.multipathway_blocks.\1.res_blocks.\3.branch1_norm."),
    (r"(slow|fast)\.stages\.(\d)\.(\d+)\.residual\.(\d)\.0\.", r"blocks.+\2.multipathway_blocks.\1.res_blocks.\3.branch2.conv_#\4."),
    (r"(slow|fast)\.stages\.(\d)\.(\d+)\.residual\.(\d)\.1\.", r"blocks.+\2.multipathway_blocks.\1.res_blocks.\3.branch2.norm_#\4."),
    (r"laterals\.(\d)\.step\.0\.", r"blocks.\1.multipathway_fusion.conv_fast_to_slow."),
    (r"laterals\.(\d)\.step\.1\.", r"blocks.\1.multipathway_fusion.norm."),
    (r"head\.classifier\.", r"blocks.6.proj."),
)


def for_pytorchvideo(state):
    """The state dict of our `SlowFast` under pytorchvideo's names."""
    found = {}
    for name, value in state.items():
        [other] = [re.sub(f"^{ours}", theirs, name) for ours, theirs in NAMES if re.match(ours, name)]
        other = other.replace(".slow.", ".0.").replace(".fast.", ".1.")
        other = re.sub(r"\+(\d)", lambda m: str(int(m[1]) + 1), other)
        found[re.sub(r"_#(\d)", lambda m: "_" + "abc"[int(m[1])], other)] = value
    return found
