"""From coarse to fine: a motion of ten pixels, one small step at a time (M073 to M075)."""

import traitlets

from kinema.data.synthetic import texture_waves
from kinema.widgets.demo import Demo


class CoarseToFineDemo(Demo):
    """Walk down two pyramids; choose how many levels, and forget the doubling or the blur.

    Parameters
    ----------
    seed : int
    shortest, longest : float
        The texture of the two frames: see `kinema.data.texture`.
    """

    module = "coarse_to_fine"
    about = "Two pyramids of images. The motion is found on the coarsest level first, then doubled and refined on each finer one."

    about_text = traitlets.Unicode(
        "A texture moves by (u, −0.6 u). The smallest pictures come first: run the iteration there, double the flow, warp the next level by it, run again. The chart shows for which motions these settings arrive."
    ).tag(sync=True)
    shape = traitlets.List(traitlets.Int(), default_value=[72, 96]).tag(sync=True)
    waves = traitlets.List().tag(sync=True)
    motion = traitlets.Float(10.0).tag(sync=True)
    levels = traitlets.Int(4).tag(sync=True)
    rounds = traitlets.Int(3).tag(sync=True)
    doubled = traitlets.Bool(True).tag(sync=True)
    blurred = traitlets.Bool(True).tag(sync=True)
    stage = traitlets.Int(0).tag(sync=True)
    estimate = traitlets.List().tag(sync=True)
    error = traitlets.Float(0.0).tag(sync=True)

    def __init__(self, seed=2, *, shortest=6.0, longest=80.0, **kwargs):
        waves = texture_waves(seed, shortest=shortest, longest=longest, waves=32)
        defaults = dict(
            ask="Four levels; the coarsest finds 1.25 px of a true 10 px. On the way down to the full picture somebody forgets to double the flow. What comes out?",
            options=["10 px: the finer levels mend it", "clearly less than 10 px", "1.25 px"],
            reveal="Forget the × 2 and walk down. Each level can add a pixel or so to its guess, and the guess is too short by half.",
            tasks={
                "ten": "Recover u = 10 px within 0.1 px, and read u on every level.",
                "damage": "Lose more than 3 px to the missing × 2 alone.",
                "edge": "With three levels, find the largest motion that still arrives (off by less than 0.5 px) as do all smaller ones.",
            },
            waves=waves.round(6).tolist(),
        )
        super().__init__(**{**defaults, **kwargs})
