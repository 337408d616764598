"""Accuracy against price, as the lecture's table of Kinetics-400 prints both (R067, R071 to R073)."""

import traitlets

from kinema.widgets.demo import Demo

# The lecture's table of Kinetics-400, quoted: model, whether it reads flow, pre-trained on ImageNet, top-1, top-5 (per
# cent), GFLOPs of one crop, crops of a video. None: not given.
KINETICS = (
    ("I3D", False, True, 72.1, 90.3, 108.0, None),
    ("Two-Stream I3D", True, True, 75.7, 92.0, 216.0, None),
    ("S3D-G", True, True, 74.7, 93.4, 142.8, None),
    ("Nonlocal R-50", False, True, 76.5, 92.6, 282.0, 30),
    ("Nonlocal R-101", False, True, 77.7, 93.3, 359.0, 30),
    ("R(2+1)D flow", True, False, 67.5, 87.2, 152.0, 115),
    ("STC", False, False, 68.7, 88.5, None, None),
    ("ARTNet", False, False, 69.2, 88.3, 23.5, 250),
    ("S3D", False, False, 69.4, 89.1, 66.4, None),
    ("ECO", False, False, 70.0, 89.4, None, None),
    ("I3D, two streams", True, False, 71.6, 90.0, 216.0, None),
    ("R(2+1)D", False, False, 72.0, 90.0, 152.0, 115),
    ("R(2+1)D, two streams", True, False, 73.9, 90.9, 304.0, 115),
    ("SlowFast R50 (4x16)", False, False, 75.6, 92.1, 36.1, 30),
    ("SlowFast R50", False, False, 77.0, 92.6, 65.7, 30),
    ("SlowFast R50 + NL", False, False, 77.7, 93.1, 80.8, 30),
    ("SlowFast R101", False, False, 77.9, 93.2, 106.0, 30),
    ("SlowFast R101 + NL", False, False, 79.0, 93.6, 115.0, 30),
)


class CostAccuracyDemo(Demo):
    """Eighteen published networks by price and accuracy; the price is of one crop, or of a whole video."""

    module = "cost_accuracy"
    about = "Published networks by their price and their accuracy on Kinetics-400. Counted for one crop or for a whole video, the prices stand in another order."

    about_text = traitlets.Unicode(
        "The lecture's table of Kinetics-400 as a picture, all figures quoted. Each dot is a network; further up is better, further left is cheaper. A ring: nobody else is both cheaper and better. Choose two networks to compare."
    ).tag(sync=True)
    rows = traitlets.List().tag(sync=True)
    price = traitlets.Enum(["crop", "video"], "crop").tag(sync=True)
    trained = traitlets.Enum(["all", "scratch"], "all").tag(sync=True)
    budget = traitlets.Float(4.0).tag(sync=True)
    first = traitlets.Int(13).tag(sync=True)
    second = traitlets.Int(11).tag(sync=True)
    best = traitlets.Int(-1).tag(sync=True)

    def __init__(self, **kwargs):
        names = ("name", "flow", "imagenet", "top1", "top5", "gflops", "crops")
        defaults = dict(
            ask="ARTNet is printed with 23.5 GFLOPs, SlowFast R50 (4x16) with 36.1. Which of them costs more to classify one video?",
            options=["ARTNet", "SlowFast", "they cost much the same"],
            reveal="ARTNet reads 250 crops of a video, SlowFast 30: 5,875 GFLOPs against 1,083. Let the price be that of a video.",
            tasks={
                "flip": "Choose two networks of which the one that is cheaper by the crop is dearer by the video.",
                "callout": "Find the two networks behind the lecture's “+5.1 % at 10 % of the FLOPs”, by the video.",
                "budget": "You may spend 1,500 GFLOPs on a video, no more. Put the budget there: what is the best that you can buy?",
            },
            rows=[dict(zip(names, row, strict=True)) for row in KINETICS],
        )
        super().__init__(**{**defaults, **kwargs})
