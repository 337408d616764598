"""Noise in, noise out, one step at a time: diffusion of numbers whose best denoiser is known."""

import traitlets

from kinema.diffusion.oracles import four_bumps
from kinema.widgets.demo import Demo

BUMPS = four_bumps()


class DiffusionDemo(Demo):
    """Walk 400 numbers from noise to data, or ask for their clean values at once, and hold both against the truth."""

    module = "diffusion_steps"
    about = "Four bumps dissolve into noise over 100 steps; 400 numbers of pure noise walk the way back. A single guess from pure noise lands between the bumps."

    about_text = traitlets.Unicode(
        "The data are single numbers in four bumps. Top: 400 numbers at step t beside their true density. Middle: what a perfect denoiser takes one of them for. Bottom: how 16 of them came here, noise at the top, data at the bottom."
    ).tag(sync=True)
    weights = traitlets.List(traitlets.Float(), BUMPS.weights.tolist()).tag(sync=True)
    means = traitlets.List(traitlets.Float(), BUMPS.means[:, 0].tolist()).tag(sync=True)
    deviations = traitlets.List(traitlets.Float(), BUMPS.deviations.tolist()).tag(sync=True)
    steps = traitlets.Int(100, min=2).tag(sync=True)
    betas = traitlets.List(traitlets.Float(), [0.01, 0.15]).tag(sync=True)
    seed = traitlets.Int(2020, min=1).tag(sync=True)
    t = traitlets.Int(100, min=0).tag(sync=True)
    schedule = traitlets.Enum(["linear", "cosine"], "linear").tag(sync=True)
    variance = traitlets.Enum(["posterior", "beta", "last"], "beta").tag(sync=True)
    show = traitlets.Enum(["particles", "guesses"], "particles").tag(sync=True)
    x = traitlets.Float(1.2, min=-3.0, max=3.0).tag(sync=True)
    guess = traitlets.Float(0.0).tag(sync=True)
    width = traitlets.Float(0.0).tag(sync=True)
    on_bump = traitlets.Float(0.0).tag(sync=True)

    def __init__(self, **kwargs):
        defaults = dict(
            ask="400 numbers of pure noise. A perfect denoiser is asked once, for the clean number under each. Where do its 400 answers lie?",
            options=["on the four bumps, as the data do", "on the tallest bump", "in one place between bumps", "as wide apart as the noise"],
            reveal="In one place, where almost no data are: pure noise says nothing, so the best guess is the mean of all data. Show the guesses, and follow them down the steps.",
            tasks={
                "decided": "Show the guesses, and find the noisiest step at which nine in ten of them lie on a bump.",
                "torn": "In the last ten steps of the walk (t ≤ 10), find an x whose guess lies where the data never are: more than 0.4 from every bump.",
                "wide": "Let the walk end, at t = 0, with bumps a fifth too wide.",
                "harmless": "Make that same mistake, and let it widen the bumps by less than 15 %.",
            },
        )
        super().__init__(**{**defaults, **kwargs})
