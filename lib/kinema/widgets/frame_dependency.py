"""How frames get to know of each other, and what it costs: 2D, 3D, and attention over time."""

import traitlets

from kinema.widgets.demo import Demo


class FrameDependencyDemo(Demo):
    """Choose what joins the frames of a network, and see which of them depend on which, beside the price of a layer."""

    module = "frame_dependency"
    about = "A matrix of frames by frames: convolutions of 2D leave each frame alone, those of 3D join neighbours, attention over time joins all at once and, with a 2D convolution, costs half of a 3D one."

    about_text = traitlets.Unicode(
        "Top: which frames of the clip (columns) each frame of the output (rows) depends on. Below: multiply-adds of one layer, on a scale where each line is ten times the one before."
    ).tag(sync=True)
    mode = traitlets.Enum(["2d", "3d", "attention"], "2d").tag(sync=True)
    layers = traitlets.Int(1, min=1, max=16).tag(sync=True)
    kernel = traitlets.Enum([3, 5, 7], 3).tag(sync=True)
    frames = traitlets.Int(16, min=2, max=64).tag(sync=True)
    side = traitlets.Int(32, min=4, max=64).tag(sync=True)
    channels = traitlets.Enum([8, 16, 32, 64, 128, 256], 64).tag(sync=True)
    place = traitlets.Int(7, min=0, max=63).tag(sync=True)
    joined = traitlets.Float(0.0).tag(sync=True)
    macs = traitlets.Dict().tag(sync=True)

    def __init__(self, **kwargs):
        defaults = dict(
            ask="16 frames of 32² pixels and 64 channels. One layer is to join frames in time: a 3D convolution of 3 × 3 × 3, or a 2D one of 3 × 3 and attention over time, pixel by pixel. Which costs less?",
            options=["the 3D convolution, by half", "about the same", "2D and attention, by half"],
            reveal="2D and attention: 9 + 4 products per channel pair and a little for 16 frames, where 3D takes 27. And it reaches all 16 frames at once; the 3D layer reaches three.",
            tasks={
                "reach": "By 3D convolutions alone, let each of 16 frames or more depend on every other.",
                "dear": "Make 2D and attention over time dearer than the 3D convolution of 3 frames.",
                "full": "Find a clip for which attention over all pixels of all frames is cheapest of the three ways to join frames (3D with 3 frames).",
            },
        )
        super().__init__(**{**defaults, **kwargs})
