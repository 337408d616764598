"""Lamps on the joints of somebody who walks, after Johansson: motion without appearance (R037, R038)."""

import numpy as np
import traitlets

from kinema.widgets.demo import Demo

FRAMES = 24  # of one stride


class PointLightsDemo(Demo):
    """Say which way the lamps walk: upright, upside down or scrambled, moving, frozen or in a wrong order."""

    module = "point_lights"
    about = "Twelve lamps on a body. In motion one sees a walker at once; in a still, scrambled or shuffled picture one sees lamps."

    about_text = traitlets.Unicode(
        "Twelve lamps on the joints of somebody who walks on the spot, seen from the side. Answer which way; the next walker comes at once. Your answers are counted for each way of showing."
    ).tag(sync=True)
    joints = traitlets.List().tag(sync=True)
    kind = traitlets.Enum(["upright", "inverted", "scrambled"], "upright").tag(sync=True)
    order = traitlets.Enum(["moving", "frozen", "shuffled"], "moving").tag(sync=True)
    lamps = traitlets.Int(12, min=2, max=12).tag(sync=True)
    trial = traitlets.Int(1).tag(sync=True)
    tally = traitlets.Dict().tag(sync=True)

    def __init__(self, **kwargs):
        from kinema.recognition.micro.walkers import walker  # torch is not needed for the other demos

        defaults = dict(
            ask="You are shown one still picture of twelve lamps, nothing else. What do you see?",
            options=["a body, and which way it goes", "a body, but not which way", "lamps"],
            reveal="Answer a few times with the lamps in motion, then freeze them.",
            tasks={
                "moving": "Answer right three times, upright and in motion.",
                "few": "Answer right once with four lamps or fewer.",
                "still": "Answer six times on frozen pictures, and compare your score with the one in motion.",
            },
        )
        joints = np.round(walker(2 * np.pi * np.arange(FRAMES) / FRAMES), 4).tolist()
        super().__init__(joints=joints, **{**defaults, **kwargs})
