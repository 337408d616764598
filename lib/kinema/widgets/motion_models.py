"""Six numbers, four models: what an affine motion is made of, and what each model can follow (M058 to M060)."""

import traitlets

from kinema.widgets.demo import Demo
from kinema.widgets.frames import LARGEST, as_bytes


class MotionModelsDemo(Demo):
    """Build an affine motion from its six numbers; fit four models to motions of other kinds.

    Parameters
    ----------
    image : array, shape (H, W)
        The picture that moves, gray, at most 400 pixels a side.
    """

    module = "motion_models"
    about = "A photograph moves. Six numbers make its flow: two shifts, a zoom, a turn and two shears. Four models try to follow it."

    about_text = traitlets.Unicode(
        "Drag the three dots, or use the sliders: three points fix all six numbers. The arrows and the picture show three frames of motion; the origin is the middle."
    ).tag(sync=True)
    shape = traitlets.List(traitlets.Int()).tag(sync=True)
    frame0 = traitlets.Bytes().tag(sync=True)
    part = traitlets.Enum(["build", "fit"], "build").tag(sync=True)
    a1 = traitlets.Float(0.0).tag(sync=True)
    a2 = traitlets.Float(0.0).tag(sync=True)
    a3 = traitlets.Float(0.0).tag(sync=True)
    a4 = traitlets.Float(0.0).tag(sync=True)
    a5 = traitlets.Float(0.06).tag(sync=True)
    a6 = traitlets.Float(0.0).tag(sync=True)
    truth = traitlets.Enum(["slide", "turn", "zoom", "affine", "drive", "camera"], "turn").tag(sync=True)
    amount = traitlets.Float(4.0).tag(sync=True)
    focal = traitlets.Float(60.0).tag(sync=True)
    model = traitlets.Enum(["translation", "affine", "perspective", "rotation"], "affine").tag(sync=True)
    sees = traitlets.Enum(["all", "patch"], "all").tag(sync=True)
    noise = traitlets.Float(0.0).tag(sync=True)
    fitted = traitlets.List(traitlets.Float()).tag(sync=True)
    mean_error = traitlets.Float(0.0).tag(sync=True)

    def __init__(self, image, **kwargs):
        levels = as_bytes(image)
        if levels.ndim != 2 or min(levels.shape) < 16 or max(levels.shape) > LARGEST:
            raise ValueError(f"image has shape {levels.shape}, expected (H, W) with 16 to {LARGEST} pixels a side")
        defaults = dict(
            ask="A picture turns clockwise about its middle. Which translation (u, v) fits its flow best?",
            options=["one to the right", "one downwards", "none at all: (0, 0)"],
            reveal="Under “Fit a model”, take the turn and the translation: what is left over is the whole motion.",
            tasks={
                "turn": "Build a pure turn, clockwise: no shift, no zoom, no shear.",
                "curved": "Fit a motion on which affine is off by more than 0.4 px, and perspective by less than 0.01 px.",
                "fewer": "Let fewer unknowns win: perspective off by more than 1 px where translation is off by less than half a pixel.",
            },
        )
        super().__init__(shape=list(levels.shape), frame0=levels.tobytes(), **{**defaults, **kwargs})
