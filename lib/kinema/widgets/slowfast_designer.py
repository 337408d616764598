"""SlowFast by its numbers: frames, rates, channels, and what they cost (R054 to R063, R068)."""

import traitlets

from kinema.cost.lecture import KINETICS, RATIOS, cells
from kinema.widgets.demo import Demo

# The lecture's rows that this demo can be set to: table, row, and what sets them apart from BASE.
BASE = dict(frames=4, stride=16, alpha=8, ratio=8, lateral="conv", kernel=5, side=224)
ROWS = (
    *((RATIOS, f"beta 1/{ratio}", dict(ratio=ratio)) for ratio in (4, 6, 8, 12, 16, 32)),
    (KINETICS, "SlowFast R50 4x16", dict(side=256)),
    (KINETICS, "SlowFast R50", dict(frames=8, stride=8, alpha=4, kernel=7, side=256)),
)


def printed(table, row):
    """GFLOPs that the lecture prints there, as printed."""
    [cell] = (cell for cell in cells(table) if cell.row == row)
    return cell.printed


class SlowFastDesignerDemo(Demo):
    """Set T, tau, alpha, beta and the lateral connection; see which frames are read, every shape, and the price."""

    module = "slowfast_designer"
    about = "A SlowFast network of 50 layers: few frames with many channels beside many frames with few channels, and what both cost."

    about_text = traitlets.Unicode(
        "A SlowFast network of 50 layers. Top: which frames of the film each pathway reads. Middle: frames, pixels and channels after each stage. Bottom: what the multiply-adds are spent on."
    ).tag(sync=True)
    frames = traitlets.Int(4, min=1).tag(sync=True)
    stride = traitlets.Int(16, min=1).tag(sync=True)
    alpha = traitlets.Int(8, min=1).tag(sync=True)
    ratio = traitlets.Int(8, min=1).tag(sync=True)
    lateral = traitlets.Enum(["conv", "sample", "channels", "none"], "conv").tag(sync=True)
    kernel = traitlets.Int(5, min=1).tag(sync=True)
    side = traitlets.Int(224, min=32).tag(sync=True)
    rows = traitlets.List().tag(sync=True)
    gmacs = traitlets.Float(0.0).tag(sync=True)
    fast_share = traitlets.Float(0.0).tag(sync=True)

    def __init__(self, **kwargs):
        defaults = dict(
            ask="The Fast pathway reads 8 times as many frames as the Slow one, with an eighth of its channels. What is its share of the whole network's multiply-adds?",
            options=["about a fifth", "about a half", "most of them"],
            reveal="A convolution's price grows with frames × channels in × channels out: 8 × ⅛ × ⅛ is an eighth of the Slow one's, but for the first layer, whose three colours do not shrink. Look at the bar.",
            tasks={
                "thin": "Bring the Fast pathway's share below a twentieth, and let it read 32 frames all the same.",
                "dear": "Make the Fast pathway dearer than the Slow one.",
                "every": "Let the Fast pathway read every frame of a film of 64, for no more than the 27.6 GMACs of the lecture's net.",
            },
            rows=[{**BASE, **changes, "name": f"{table}, {row}", "printed": printed(table, row)} for table, row, changes in ROWS],
        )
        super().__init__(**{**defaults, **kwargs})
