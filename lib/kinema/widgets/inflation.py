"""A filter for pictures becomes a filter for clips (R044)."""

import traitlets

from kinema.widgets.demo import Demo


class InflationDemo(Demo):
    """Inflate a filter over time in three ways, and compare its answers on a still and on a moving clip."""

    module = "inflation"
    about = "A picture's filter, repeated over time. Divided by its depth it answers to a still clip as before; undivided it is too loud; and to fast motion only the centred one answers as before."

    about_text = traitlets.Unicode(
        "One row of pixels over time: x to the right, time down. A bar stands or moves. The filter for pictures works along x; inflated, it reads several rows at once."
    ).tag(sync=True)
    kernel = traitlets.Enum(["edge", "bar", "blur"], "edge").tag(sync=True)
    mode = traitlets.Enum(["divided", "undivided", "centre"], "centre").tag(sync=True)
    depth = traitlets.Enum([1, 3, 5, 7], 3).tag(sync=True)
    speed = traitlets.Float(0.0).tag(sync=True)
    ratio = traitlets.Float(1.0).tag(sync=True)

    def __init__(self, **kwargs):
        defaults = dict(
            ask="You copy a picture's filter to 3 frames and change nothing else. A clip shows one picture three times. How strong is the answer?",
            options=["as strong as the picture's", "3 times as strong", "9 times as strong"],
            reveal="Choose copy, compare the peaks of the two outputs, then divide.",
            tasks={
                "same": "Copy the filter over 5 frames or more, and still get the picture's answer on a still clip.",
                "faint": "With that division, and the same filter, let motion alone bring the answer below half.",
                "deaf": "Find the way to inflate whose answer no speed can change.",
            },
        )
        super().__init__(**{**defaults, **kwargs})
