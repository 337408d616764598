"""Two streams, three classes: averages of probabilities and averages of scores (R039 to R042)."""

import traitlets

from kinema.widgets.demo import Demo


class ScoreFusionDemo(Demo):
    """Set the scores of both streams and their weight; watch two ways of averaging disagree."""

    module = "score_fusion"
    about = "Two streams score three classes. The average of their probabilities and the average of their raw scores may choose different classes."

    about_text = traitlets.Unicode(
        "Raw scores of the appearance stream and of the motion stream. Below: the probabilities of each, and the two averages."
    ).tag(sync=True)
    classes = traitlets.List(traitlets.Unicode(), ["jump", "wave", "clap"], minlen=3, maxlen=3).tag(sync=True)
    a1 = traitlets.Float(2.0).tag(sync=True)
    a2 = traitlets.Float(0.0).tag(sync=True)
    a3 = traitlets.Float(0.0).tag(sync=True)
    b1 = traitlets.Float(0.0).tag(sync=True)
    b2 = traitlets.Float(0.5).tag(sync=True)
    b3 = traitlets.Float(0.4).tag(sync=True)
    weight = traitlets.Float(0.5, min=0.0, max=1.0).tag(sync=True)
    by_probability = traitlets.Int(0).tag(sync=True)
    by_score = traitlets.Int(0).tag(sync=True)

    def __init__(self, **kwargs):
        defaults = dict(
            ask="Appearance scores (2, 0, 0), motion (0, 2.5, 2.4), both count half. Which class wins?",
            options=["jump", "wave", "it depends on what is averaged"],
            reveal="Set the motion scores to those, and look at the two lower rows.",
            tasks={
                "agree": "Make both averages choose wave, and leave the weight at a half.",
                "neither": "Let the averaged probabilities choose a class that neither stream would choose by itself.",
                "loud": "Move all three scores of one stream by the same amount. What changes? Then find what does: let motion win with its weight below 0.3.",
            },
        )
        super().__init__(**{**defaults, **kwargs})
