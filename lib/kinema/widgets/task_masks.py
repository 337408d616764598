"""Four tasks of video generation, one model, and a mask (kinema.diffusion.masks)."""

import traitlets

from kinema.widgets.demo import Demo

FRAMES = 8


class TaskMasksDemo(Demo):
    """Say which frames are given, and see what can be known of the others: mean, spread and samples, exactly."""

    module = "task_masks"
    about = "A film of eight frames, a number each. Given frames are dots; the others have an exact mean, a band of two standard deviations and samples. Generating, continuing, going back and filling a gap differ in the mask alone."

    about_text = traitlets.Unicode(
        "A film of eight frames, each of them one number. Frames that are given are dots to drag. For the others, the exact answer: their mean, a band of two standard deviations about it, and five films that could be."
    ).tag(sync=True)
    rho = traitlets.Float(0.9, min=0.0, max=0.95).tag(sync=True)
    observed = traitlets.List(traitlets.Bool(), [True] + [False] * 7, minlen=FRAMES, maxlen=FRAMES).tag(sync=True)
    values = traitlets.List(
        traitlets.Float(), [1.2, 0.8, 0.9, 0.3, -0.2, -0.1, -0.7, -1.0], minlen=FRAMES, maxlen=FRAMES
    ).tag(sync=True)
    seed = traitlets.Int(8, min=1).tag(sync=True)
    named = traitlets.Unicode("").tag(sync=True)
    mean = traitlets.List(traitlets.Float()).tag(sync=True)
    deviation = traitlets.List(traitlets.Float()).tag(sync=True)

    def __init__(self, **kwargs):
        defaults = dict(
            ask="Make a film from nothing, continue one, say what came before it, fill a gap in it. What must change in a model of films to go from one task to the next?",
            options=["its weights: each task is trained by itself", "its layers", "which frames it is given, nothing else", "its noise"],
            reveal="Nothing but the mask. Press the four tasks: the picture below comes from one formula throughout, and a network that was trained on many masks does the same.",
            tasks={
                "pair": "Give two frames, so that the widest band is as narrow as two frames can make it (ρ at least 0.5).",
                "idle": "Give a frame whose value changes nothing about those that are to be made (ρ above 0).",
                "forget": "Predict the future from the first frame alone, with a last frame almost as open as if nothing were given: 95 % of that band or more, ρ above 0.",
                "nameless": "Give three frames by a mask that is none of the four tasks.",
            },
        )
        super().__init__(**{**defaults, **kwargs})
