"""Ways of making a model respect given frames, right and wrong (kinema.diffusion.given_frames), without sampling."""

import traitlets

from kinema.widgets.demo import Demo


class GivenFramesDemo(Demo):
    """Give the two ends of a film, choose how a diffusion model is held to them, and see what comes out between."""

    module = "given_frames"
    about = "The two ends of a film are given. A conditional model fills in what is exact; a model of whole films whose given frames are overwritten at every step leaves twice the variance in the middle."

    about_text = traitlets.Unicode(
        "A film of eight frames, a number each; the two ends are given: drag them. A perfect denoiser walks 200 steps down from noise, held to the ends in one way or another. Bands are mean ± two standard deviations, worked out exactly: no sampling, so what is off is the method's fault."
    ).tag(sync=True)
    method = traitlets.Enum(
        ["conditional", "replacement", "paste", "resampling", "guidance", "unconditional"], "replacement"
    ).tag(sync=True)
    strength = traitlets.Float(1.0, min=0.0, max=14.0).tag(sync=True)
    returns = traitlets.Int(10, min=1, max=40).tag(sync=True)
    rho = traitlets.Float(0.9, min=0.0, max=0.95).tag(sync=True)
    ends = traitlets.List(traitlets.Float(), [1.0, -1.0], minlen=2, maxlen=2).tag(sync=True)
    frames = traitlets.Int(8, min=3, max=10).tag(sync=True)
    steps = traitlets.Int(200, min=2).tag(sync=True)
    betas = traitlets.List(traitlets.Float(), [1e-4, 0.04]).tag(sync=True)
    mean_error = traitlets.Float(0.0).tag(sync=True)
    covariance_error = traitlets.Float(0.0).tag(sync=True)

    def __init__(self, **kwargs):
        defaults = dict(
            ask="A perfect model of whole films. At each step down you overwrite both ends with the true frames, noised as the step demands. How wide does the middle come out?",
            options=["exactly as wide as it should be", "too narrow: it is pinned at both ends", "too wide: the middle hardly heeds the ends"],
            reveal="Too wide: 0.64 of variance where 0.35 is right. The noised ends tell the model little while the middle is being decided, and nobody tells it that the ends will not move. Compare the conditional model.",
            tasks={
                "patient": "Without a conditional model, at ρ = 0.9 or more, bring both errors below 0.015.",
                "harmless": "Let replacement be right, both errors below 0.02. What must the film be like?",
                "narrow": "Make every frame between too sure: a tenth less variance than is right, or worse.",
                "burst": "Push so hard that a frame's variance exceeds 1, more than with no ends given.",
            },
        )
        super().__init__(**{**defaults, **kwargs})
