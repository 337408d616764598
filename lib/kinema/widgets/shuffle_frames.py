"""Cards of a film: what notices that they were shuffled? (R001 to R005)."""

import numpy as np
import traitlets

from kinema.widgets.demo import Demo
from kinema.widgets.frames import as_bytes


class ShuffleFramesDemo(Demo):
    """Play a short film in its order, backwards or shuffled, and compare a feature of frames with one of motion.

    Parameters
    ----------
    frames : array, shape (T, H, W)
        Your film, gray, 4 to 16 frames of at most 128 pixels a side; motion of a pixel or more per frame.
    """

    module = "shuffle_frames"
    about = "A short film as cards. A histogram of what the frames show ignores their order; one of how points move does not."

    about_text = traitlets.Unicode(
        "Filmed frames as cards, and two features of the whole film: directions of edges, averaged over frames, and directions of motion, averaged over pairs of neighbours. The dot is the middle pixel, as the flow carries it from card to card."
    ).tag(sync=True)
    shape = traitlets.List(traitlets.Int()).tag(sync=True)
    frames = traitlets.Bytes().tag(sync=True)
    order = traitlets.List(traitlets.Int()).tag(sync=True)
    straightness = traitlets.Float(1.0).tag(sync=True)
    heading = traitlets.Float(0.0).tag(sync=True)

    def __init__(self, frames, **kwargs):
        levels = as_bytes(frames, "frames")
        if levels.ndim != 3 or not 4 <= levels.shape[0] <= 16:
            raise ValueError(f"frames has shape {levels.shape}, expected (T, H, W) with 4 to 16 frames")
        if max(levels.shape[1:]) > 128 or min(levels.shape[1:]) < 16:
            raise ValueError(f"frames are {levels.shape[1]} x {levels.shape[2]} pixels: crop them to between 16 and 128 a side")
        count = levels.shape[0]
        order = kwargs.get("order", list(range(count)))
        if sorted(order) != list(range(count)):
            raise ValueError(f"order must name each of the {count} frames once, got {order}")
        defaults = dict(
            ask="You play the film backwards. Which of the two features notices?",
            options=["both", "only that of edges", "only that of motion", "neither"],
            reveal="Press “Backwards” and compare the bars with those of the film's own order.",
            tasks={
                "turn": "Make the main direction of motion the opposite of the film's, without touching a single frame.",
                "break": "Make the path of the middle pixel run to and fro: straightness below 0.3.",
                "mend": "From a film whose straightness fell below 0.3, put the cards back one swap at a time until the path is straight again.",
            },
        )
        super().__init__(
            shape=list(levels.shape), frames=np.ascontiguousarray(levels).tobytes(), order=list(order),
            **{**defaults, **{k: v for k, v in kwargs.items() if k != "order"}},
        )  # fmt: skip
