"""Estimate, warp, repeat: iterated Lucas–Kanade one step at a time (M065 to M069)."""

import traitlets

from kinema.data.synthetic import texture_waves
from kinema.widgets.demo import Demo


class IterateDemo(Demo):
    """Step through the iteration on one pixel of a row and on two frames; choose what is warped, and how.

    Parameters
    ----------
    seed : int
    shortest, longest : float
        The texture of the two frames: see `kinema.data.texture`. Finer detail, smaller steps.
    """

    module = "iterate"
    about = "One image is warped towards the other step by step. Warped the right way the error falls; the wrong way it grows."

    about_text = traitlets.Unicode(
        "Above, the image that stays and the one that is warped by the estimate d so far. Below, the error after each step; each line is ten times less than the one above it."
    ).tag(sync=True)
    view = traitlets.Enum(["row", "frames"], "row").tag(sync=True)
    shape = traitlets.List(traitlets.Int(), default_value=[48, 64]).tag(sync=True)
    waves = traitlets.List().tag(sync=True)
    motion = traitlets.Float(3.0).tag(sync=True)
    blur = traitlets.Float(0.0).tag(sync=True)
    steps = traitlets.Int(0).tag(sync=True)
    moved = traitlets.Enum(["I1", "I0", "I0 along d"], "I1").tag(sync=True)
    keep = traitlets.Enum(["add", "overwrite", "rewarp"], "add").tag(sync=True)
    interpolation = traitlets.Enum(["nearest", "bilinear", "bicubic"], "bicubic").tag(sync=True)
    estimate = traitlets.List(traitlets.Float()).tag(sync=True)
    error = traitlets.Float(0.0).tag(sync=True)

    def __init__(self, seed=3, *, shortest=5.0, longest=24.0, **kwargs):
        waves = texture_waves(seed, shortest=shortest, longest=longest, waves=24)
        defaults = dict(
            ask="The code warps I1 along the estimate d and compares it with I0. You warp I0 along the same d instead and compare it with I1. What comes out?",
            options=["the same motion", "the motion with its sign turned", "no motion: it runs away"],
            reveal="Look at two frames, choose “I0 along d” and step. Warping the other image is fine, but then it has to go the other way.",
            tasks={
                "precise": "On the two frames, come within 0.01 px of the truth.",
                "runaway": "Make it run away: after four steps or more, further off than at the start.",
                "rescue": "On the two frames, warp the right way, find a motion that fails without blur, and rescue it by blurring.",
            },
            waves=waves.round(6).tolist(),
        )
        super().__init__(**{**defaults, **kwargs})
