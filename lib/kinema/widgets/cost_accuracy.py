"""Accuracy against price, as the lecture's table of Kinetics-400 prints both (R067, R071 to R073)."""

import traitlets

from kinema.cost.lecture import KINETICS, cells
from kinema.widgets.demo import Demo


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
        defaults = dict(
            ask="ARTNet is printed with 23.5 GFLOPs, SlowFast R50 4x16 with 36.1. Which of them costs more to classify one video?",
            options=["ARTNet", "SlowFast", "they cost much the same"],
            reveal="ARTNet reads 250 crops of a video, SlowFast 30: 5,875 GFLOPs against 1,083. Let the price be that of a video.",
            tasks={
                "flip": "Choose two networks of which the one that is cheaper by the crop is dearer by the video.",
                "callout": "Find the two networks behind the lecture's “+5.1 % at 10 % of the FLOPs”, by the video.",
                "budget": "You may spend 1,500 GFLOPs on a video, no more. Put the budget there: what is the best that you can buy?",
            },
            rows=[
                {
                    "name": cell.row, "imagenet": bool(cell.pretrained), "top1": cell.scores[0], "crops": cell.crops,
                    "gflops": None if cell.printed is None else float(cell.printed),
                }
                for cell in cells(KINETICS)
            ],  # fmt: skip
        )
        super().__init__(**{**defaults, **kwargs})
