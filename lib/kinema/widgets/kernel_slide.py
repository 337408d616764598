"""A kernel slides through a block of frames: where does the time axis go? (R006 to R008)."""

import traitlets

from kinema.widgets.demo import Demo


class KernelSlideDemo(Demo):
    """Convolve a clip in 2D, in 2D on stacked frames, or in 3D, and see which frames each output has read."""

    module = "kernel_slide"
    about = "Three ways to convolve a clip. Frame by frame, no output knows two frames; stacked, one layer uses up all of time; in 3D, time is handed on."

    about_text = traitlets.Unicode(
        "Each row is a layer, each box a frame of it. Choose how the layers convolve and slide the chosen output: coloured boxes are what it depends on."
    ).tag(sync=True)
    mode = traitlets.Enum(["frames", "stacked", "3d"], "frames").tag(sync=True)
    depth = traitlets.Int(3).tag(sync=True)
    layers = traitlets.Int(2).tag(sync=True)
    place = traitlets.Int(0).tag(sync=True)
    frames = traitlets.Int(8).tag(sync=True)
    left = traitlets.Int(8).tag(sync=True)
    read = traitlets.Int(1).tag(sync=True)

    def __init__(self, **kwargs):
        defaults = dict(
            ask="Eight colour frames go into one 2D convolution as 24 channels. How many frames come out?",
            options=["8", "6", "1"],
            reveal="Choose “stacked” and look at the second row. Then ask what a second layer could do about it.",
            tasks={
                "collapse": "Leave one frame after a single layer, and not by stacking.",
                "grow": "Let one output depend on exactly 7 frames, through layers of 3.",
                "alone": "Use three layers, and let the last output depend on one frame only.",
            },
        )
        super().__init__(**{**defaults, **kwargs})
