"""Every cost that the lecture's tables of video networks print, beside what is counted here.

This is the one home of what these tables print; pages and demos read it here. Tables are named by what they hold.
Figures are quoted: accuracies, and GFLOPs as printed, which are 10^9 multiply-adds. "x 30" and its kind, how many clips
and crops a video is cut into, multiply them.
"""

from typing import NamedTuple

from kinema.cost.counting import on_meta
from kinema.cost.models import agrees
from kinema.cost.registry import MODELS, measure_all


class Cell(NamedTuple):
    """One printed cost."""

    table: str
    row: str
    printed: str | None
    """GFLOPs; None where the lecture prints "N/A"."""
    crops: int | None
    """Views of a video; None where none are printed."""
    model: str | None
    """Name in `MODELS` of what we count; None for what is not built here."""
    scores: tuple = ()
    """What is printed beside it, per cent: top-1 and top-5; on Charades the mean average precision."""
    pretrained: str = ""
    """The data that it began with, where they are named."""
    reads_flow: bool = False
    why: str = ""
    """Why nothing is counted, or what stands in."""


PATHWAYS, RATIOS, INPUTS = "single pathways", "channel ratio", "weaker inputs"
KINETICS, CHARADES = "Kinetics-400", "Charades"
STAND_IN = "the row names no cost; counted is"
COSTS = (
    Cell(PATHWAYS, "3D R-50 8x8, t-reduce 2", "28.1", None, "i3d_r50_unpadded", scores=(73.5, 90.8)),
    Cell(PATHWAYS, "3D R-50 8x8, t-reduce 1", "44.9", None, "i3d_r50_whole", scores=(74.6, 91.5)),
    Cell(PATHWAYS, "Slow-only R-50 4x16", "20.9", None, "slow_only_r50_4x16", scores=(72.6, 90.3)),
    Cell(PATHWAYS, "Fast-only R-50 32x2", "4.9", None, "fast_only_r50_32x2", scores=(51.7, 78.5)),
    Cell(RATIOS, "Slow-only", "20.9", None, "slow_only_r50_4x16", scores=(72.6, 90.3)),
    Cell(RATIOS, "beta 1/4", "41.7", None, "slowfast_beta_4", scores=(75.6, 91.7)),
    Cell(RATIOS, "beta 1/6", "32.0", None, "slowfast_beta_6", scores=(75.8, 92.0)),
    Cell(RATIOS, "beta 1/8", "27.6", None, "slowfast_r50_4x16", scores=(75.6, 92.1)),
    Cell(RATIOS, "beta 1/12", "25.1", None, "slowfast_beta_12", scores=(75.2, 91.8)),
    Cell(RATIOS, "beta 1/16", "23.4", None, "slowfast_beta_16", scores=(75.1, 91.7)),
    Cell(RATIOS, "beta 1/32", "21.9", None, "slowfast_beta_32", scores=(74.2, 91.3)),
    Cell(INPUTS, "RGB", "27.6", None, "slowfast_r50_4x16", scores=(75.6, 92.1)),
    Cell(INPUTS, "RGB, half resolution, beta 1/4", "26.3", None, "slowfast_half", scores=(74.7, 91.8)),
    Cell(INPUTS, "grayscale", "26.1", None, "slowfast_gray", scores=(75.5, 91.9)),
    Cell(INPUTS, "time difference", "26.2", None, "slowfast_difference", scores=(74.5, 91.6)),
    Cell(INPUTS, "optical flow", "26.9", None, "slowfast_flow", scores=(73.8, 91.3)),
    Cell(KINETICS, "I3D", "108", None, "i3d", scores=(72.1, 90.3), pretrained="ImageNet"),
    Cell(KINETICS, "Two-Stream I3D", "216", None, "i3d_two_stream", scores=(75.7, 92.0), pretrained="ImageNet", reads_flow=True),
    Cell(KINETICS, "S3D-G", "142.8", None, "s3d_g_two_stream", scores=(74.7, 93.4), pretrained="ImageNet", reads_flow=True),
    Cell(KINETICS, "Nonlocal R-50", "282", 30, "nonlocal_r50", scores=(76.5, 92.6), pretrained="ImageNet"),
    Cell(KINETICS, "Nonlocal R-101", "359", 30, "nonlocal_r101", scores=(77.7, 93.3), pretrained="ImageNet"),
    Cell(KINETICS, "R(2+1)D, flow", "152", 115, "r2plus1d_34_flow", scores=(67.5, 87.2), reads_flow=True),
    Cell(
        KINETICS, "STC", None, None, "stc_resnet18", scores=(68.7, 88.5),
        why=f"{STAND_IN} a ResNet-18 with its blocks on 16 frames of 112 pixels",
    ),
    Cell(KINETICS, "ARTNet", "23.5", 250, "artnet_18", scores=(69.2, 88.3)),
    Cell(KINETICS, "S3D", "66.4", None, "s3d_64", scores=(69.4, 89.1)),
    Cell(KINETICS, "ECO", None, None, "eco_full", scores=(70.0, 89.4), why=f"{STAND_IN} one network of 16 frames"),
    Cell(KINETICS, "I3D, two streams, not pre-trained", "216", None, "i3d_two_stream", scores=(71.6, 90.0), reads_flow=True),
    Cell(KINETICS, "R(2+1)D", "152", 115, "r2plus1d_34", scores=(72.0, 90.0)),
    Cell(KINETICS, "R(2+1)D, two streams", "304", 115, "r2plus1d_34_two_stream", scores=(73.9, 90.9), reads_flow=True),
    Cell(KINETICS, "SlowFast R50 4x16", "36.1", 30, "slowfast_r50_4x16_256", scores=(75.6, 92.1)),
    Cell(KINETICS, "SlowFast R50", "65.7", 30, "slowfast_r50_8x8_256", scores=(77.0, 92.6)),
    Cell(KINETICS, "SlowFast R50 + NL", "80.8", 30, "slowfast_r50_8x8_nl_256", scores=(77.7, 93.1)),
    Cell(KINETICS, "SlowFast R101", "106", 30, "slowfast_r101_8x8_256", scores=(77.9, 93.2)),
    Cell(KINETICS, "SlowFast R101 + NL", "115", 30, "slowfast_r101_8x8_nl_256", scores=(79.0, 93.6)),
    Cell(
        CHARADES, "CoViAR R-50", None, None, "coviar", scores=(21.9,), pretrained="ImageNet",
        why=f"{STAND_IN} its ResNet-152 with two ResNet-18, not the ResNet-50 of the row",
    ),
    Cell(
        CHARADES, "Asyn-TF VGG16", None, None, "temporal_field", scores=(22.4,), pretrained="ImageNet",
        why=f"{STAND_IN} the field over time alone, without the VGG-16 under it",
    ),
    Cell(
        CHARADES, "MultiScale TRN", None, None, "multiscale_trn", scores=(25.2,), pretrained="ImageNet",
        why=f"{STAND_IN} the network as built here, 8 frames through BN-Inception",
    ),
    Cell(CHARADES, "Nonlocal R101", "544", 30, "nonlocal_r101_charades", scores=(37.5,), pretrained="ImageNet + Kinetics-400"),
    Cell(
        CHARADES, "STRG R101+NL", "630", 30, None, scores=(39.7,), pretrained="ImageNet + Kinetics-400",
        why="only its graph layers are built here (strg_head); the printed cost is mostly its trunk's, whose input size is not stated",
    ),
    Cell(CHARADES, "Slow-only", "187", 30, "slow_only_r101_16x8_256", scores=(39.0,), pretrained="Kinetics-400"),
    Cell(CHARADES, "SlowFast", "213", 30, "slowfast_r101_16x8_256", scores=(41.8,), pretrained="Kinetics-400"),
    Cell(CHARADES, "SlowFast + NL", "234", 30, "slowfast_r101_16x8_nl_256", scores=(42.5,), pretrained="Kinetics-400"),
    Cell(
        CHARADES, "SlowFast + NL, pre-trained on Kinetics-600", "234", 30, "slowfast_r101_16x8_nl_256", scores=(45.2,),
        pretrained="Kinetics-600",
    ),
)  # fmt: skip


def cells(table):
    """The printed rows of one table."""
    return [cell for cell in COSTS if cell.table == table]


# The lecture's table of layers, Slow column: stride or kernels with their channels. Quoted.
LAYERS = {
    "conv1": "1x7², 64, stride 1, 2²",
    "pool1": "1x3² max, stride 1, 2²",
    "res2": "[1x1², 64; 1x3², 64; 1x1², 256] x3",
    "res3": "[1x1², 128; 1x3², 128; 1x1², 512] x4",
    "res4": "[3x1², 256; 1x3², 256; 1x1², 1024] x6",
    "res5": "[3x1², 512; 1x3², 512; 1x1², 2048] x3",
}


def _kernel(layer):
    return f"{layer.kernel_size[0]}x{layer.kernel_size[1]}²"


def pathway_layers(pathway):
    """{layer: kernels, channels and strides, as the lecture writes them} of a `Pathway` of SlowFast."""
    (conv, *_), pool = pathway.stem
    found = {
        "conv1": f"{_kernel(conv)}, {conv.out_channels}, stride {conv.stride[0]}, {conv.stride[1]}²",
        "pool1": f"{pool.kernel_size[0]}x{pool.kernel_size[1]}² max, stride {pool.stride[0]}, {pool.stride[1]}²",
    }
    for k, stage in enumerate(pathway.stages):
        blocks = ["; ".join(f"{_kernel(c[0])}, {c[0].out_channels}" for c in b.residual) for b in stage if hasattr(b, "residual")]
        kinds = list(dict.fromkeys(blocks))
        found[f"res{k + 2}"] = ", ".join(f"[{kind}] x{blocks.count(kind)}" for kind in kinds)
    return found


def _layer_rows():
    net, _ = on_meta(MODELS["slowfast_r50_4x16"].build, [(1,)])
    counted = pathway_layers(net.slow)
    return [
        {
            "table": "layers", "row": f"Slow, {name}", "printed": printed, "recomputed": counted[name], "difference": None,
            "crops": None, "scores": (), "model": "slowfast_r50_4x16", "status": "match" if counted[name] == printed else "mismatch", "why": "",
        }
        for name, printed in LAYERS.items()
    ]  # fmt: skip


def lecture_table(tables=None, *, counted=None):
    """Every row: table, row, printed, recomputed, difference, crops, scores, model, status, a sentence where they differ.

    Parameters
    ----------
    tables : collection of str or None
        Only those called so; None is all, "layers" first.
    counted : dict or None
        {name of a network: its multiply-adds} where they have been counted already.

    Returns
    -------
    list of dict
        Printed and recomputed in GFLOPs, the difference too (None where one of both is missing); for the table of
        layers they are text. Status is "match", "expected discrepancy", "mismatch", "not printed" or "not counted".
    """
    cells = [cell for cell in COSTS if tables is None or cell.table in tables]
    names = [name for name in dict.fromkeys(cell.model for cell in cells if cell.model) if name not in (counted or {})]
    macs_of = {**(counted or {}), **{row["name"]: row["macs"] for row in measure_all(names)}}     # several rows are one network
    rows = _layer_rows() if tables is None or "layers" in tables else []
    for cell in cells:
        macs = macs_of[cell.model] if cell.model else None
        model = MODELS.get(cell.model)
        if cell.printed is None or macs is None:
            status, why = "not printed" if cell.printed is None else "not counted", cell.why
        elif agrees(macs, f"{cell.printed} G"):
            status, why = "match", ""
        else:
            status, why = "expected discrepancy" if model.expected else "mismatch", model.expected
        recomputed = None if macs is None else macs / 1e9
        rows.append({
            "table": cell.table, "row": cell.row, "printed": None if cell.printed is None else float(cell.printed),
            "recomputed": recomputed,
            "difference": None if cell.printed is None or macs is None else recomputed - float(cell.printed),
            "crops": cell.crops, "scores": cell.scores, "model": cell.model, "status": status, "why": why,
        })  # fmt: skip
    return rows
