"""Solved, and wrong: what breaks Lucas–Kanade although every matrix can be inverted (M061 to M064)."""

import traitlets

from kinema.widgets.demo import Demo


class FlowErrorsDemo(Demo):
    """Break one assumption at a time; compare what the matrix says with the error, pixel by pixel."""

    module = "flow_errors"
    about = "A texture moves by a known amount. Two maps: how well each window's equations can be solved, and how wrong the answer is."

    about_text = traitlets.Unicode(
        "A texture whose motion is known exactly, and Lucas–Kanade on it: one level, one iteration. Yellow is the true motion, blue the estimate, drawn four times too long."
    ).tag(sync=True)
    shape = traitlets.List(traitlets.Int(), default_value=[72, 96]).tag(sync=True)
    speed = traitlets.Float(0.75).tag(sync=True)
    light = traitlets.Float(0.0).tag(sync=True)
    noise = traitlets.Float(0.0).tag(sync=True)
    motions = traitlets.Enum(["one", "two"], "one").tag(sync=True)
    window = traitlets.Int(11).tag(sync=True)
    mean_error = traitlets.Float(0.0).tag(sync=True)
    solved = traitlets.Float(1.0).tag(sync=True)
    condition = traitlets.Float(1.0).tag(sync=True)

    def __init__(self, **kwargs):
        defaults = dict(
            ask="Every window's matrix can be inverted, and there is next to no noise. Is the answer right?",
            options=["yes", "only in large windows", "not necessarily"],
            reveal="Break one assumption at a time. Lucas–Kanade knows the upper map; the lower one it never sees.",
            tasks={
                "sure": "Sure and wrong: a condition below 10 in 95 % of the windows, and a mean error above 1 px.",
                "light": "Nothing moves, and yet the estimate does, by more than half a pixel on average.",
                "window": "With two motions and noise of 2 % or more, find a window whose neighbours, smaller and larger, are both worse.",
            },
        )
        super().__init__(**{**defaults, **kwargs})
