"""What one number deep in a net has seen of the clip, in x, y and t (R022 to R025)."""

import numpy as np
import traitlets

from kinema.widgets.demo import Demo
from kinema.widgets.frames import as_bytes


class ReceptiveFieldDemo(Demo):
    """Move a probe through the last map of a small 3D net; the clip shows what can reach it, and by how many paths.

    Parameters
    ----------
    frames : array, shape (T, H, W)
        Your clip, gray, 4 to 16 frames of 8 to 64 pixels a side.
    """

    module = "receptive_field"
    about = "A probe in the last map of a 3D net. The clip's frames show its receptive field: a box, and inside it a blob where nearly all the paths are."

    about_text = traitlets.Unicode(
        "Every layer is a convolution, padded to keep its size, then a pool of the same window as its stride. The dashed box is what the probe can see; the brighter a pixel is kept, the more paths lead from it to the probe."
    ).tag(sync=True)
    shape = traitlets.List(traitlets.Int()).tag(sync=True)
    frames = traitlets.Bytes().tag(sync=True)
    layers = traitlets.Int(3, min=1, max=5).tag(sync=True)
    depth = traitlets.Enum([1, 3, 5], 1).tag(sync=True)
    side = traitlets.Enum([1, 3, 5], 3).tag(sync=True)
    stride_t = traitlets.Enum([1, 2], 1).tag(sync=True)
    stride_s = traitlets.Enum([1, 2], 2).tag(sync=True)
    probe_t = traitlets.Int(8).tag(sync=True)
    probe_y = traitlets.Int(2).tag(sync=True)
    probe_x = traitlets.Int(2).tag(sync=True)
    seen = traitlets.List(traitlets.Int()).tag(sync=True)
    outside = traitlets.Float(0.0).tag(sync=True)

    def __init__(self, frames, **kwargs):
        levels = as_bytes(frames, "frames")
        if levels.ndim != 3 or not 4 <= levels.shape[0] <= 16:
            raise ValueError(f"frames has shape {levels.shape}, expected (T, H, W) with 4 to 16 frames")
        if max(levels.shape[1:]) > 64 or min(levels.shape[1:]) < 8:
            raise ValueError(f"frames are {levels.shape[1]} x {levels.shape[2]} pixels: crop them to between 8 and 64 a side")
        defaults = dict(
            ask="Three layers of 3 × 3 × 3, each halving the picture and never time. Of how many frames can one output know?",
            options=["3", "7", "16, all of them: the net is deep"],
            reveal="Make the kernel three frames deep, count the boxes, then halve time as well.",
            tasks={
                "whole": "Let one output reach all frames and all pixels of the clip.",
                "flat": "Reach the whole picture, but only one frame of it.",
                "beyond": "Place the probe so that most of its field lies outside the clip. What does it see there?",
            },
        )
        super().__init__(
            shape=list(levels.shape), frames=np.ascontiguousarray(levels).tobytes(), **{**defaults, **kwargs}
        )
