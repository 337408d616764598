"""The wrong stripe: what repeats is matched to its nearest likeness (M070 to M073)."""

import traitlets

from kinema.widgets.demo import Demo


class AliasingDemo(Demo):
    """Move stripes and turn a wheel too far for the nearest match; then search from coarse to fine."""

    module = "aliasing"
    about = "Stripes that move by more than half their spacing are matched to the wrong stripe, and a filmed wheel seems to turn backwards."

    about_text = traitlets.Unicode(
        "The wheel's spokes pass as the stripes beside it do: green is how they move, orange is how they seem to. Below, stripes on hills at each level of a pyramid, with the cost of every shift and where a search ends that only goes downhill."
    ).tag(sync=True)
    period = traitlets.Float(12.0).tag(sync=True)
    shift = traitlets.Float(3.0).tag(sync=True)
    levels = traitlets.Int(1).tag(sync=True)
    marked = traitlets.Bool(False).tag(sync=True)
    apparent = traitlets.Float(0.0).tag(sync=True)
    found = traitlets.Float(0.0).tag(sync=True)

    def __init__(self, **kwargs):
        defaults = dict(
            ask="Stripes stand every 8 px and move 6 px to the right. You iterate a local search until it changes no more. Where does it end?",
            options=["6 px right", "2 px left", "it needs more iterations"],
            reveal="Set 8 and 6 px. The search ends soon, and surely, on the wrong stripe; no number of iterations brings it back.",
            tasks={
                "wrong": "Make the nearest match the wrong one.",
                "wheel": "Make the wheel seem to turn backwards, and make it seem to stand still while it turns.",
                "levels": "Move the stripes by 10 px or more so that one level fails, and find the fewest levels that find them.",
            },
        )
        super().__init__(**{**defaults, **kwargs})
