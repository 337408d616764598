"""Average precision, built hit by hit: the measure of Charades and AVA (R074 to R080)."""

import traitlets

from kinema.widgets.demo import Demo

# Confidences of ten answers for each of three classes, highest first; whether each is right; and what nobody found.
CLASSES = ("stand", "sit", "juggle")
SCORES = (
    (0.98, 0.95, 0.91, 0.88, 0.83, 0.77, 0.70, 0.61, 0.55, 0.42),
    (0.93, 0.86, 0.80, 0.72, 0.66, 0.59, 0.50, 0.41, 0.33, 0.21),
    (0.52, 0.37, 0.30, 0.25, 0.19, 0.16, 0.12, 0.09, 0.06, 0.03),
)
HITS = ((1, 1, 1, 1, 0, 1, 1, 0, 1, 0), (1, 0, 1, 1, 0, 0, 1, 0, 0, 0), (0, 0, 1, 0, 0, 0, 0, 0, 0, 0))


class AveragePrecisionDemo(Demo):
    """Say which of a detector's answers are right, and watch precision, recall and their area follow."""

    module = "average_precision"
    about = "Ten answers in order of confidence, some of them right: precision and recall as the threshold sinks, and the area under the curve."

    about_text = traitlets.Unicode(
        "Ten answers for each of three classes, surest first. Press an answer to make it right or wrong. The curve shows precision and recall as the threshold sinks through them; its area is the average precision, AP."
    ).tag(sync=True)
    classes = traitlets.List(traitlets.Unicode(), list(CLASSES)).tag(sync=True)
    scores = traitlets.List(default_value=[list(s) for s in SCORES]).tag(sync=True)
    hits = traitlets.List(default_value=[list(h) for h in HITS]).tag(sync=True)
    missed = traitlets.List(traitlets.Int(), [0, 1, 0]).tag(sync=True)
    chosen = traitlets.Int(1, min=0, max=2).tag(sync=True)
    kept = traitlets.Int(4, min=1, max=10).tag(sync=True)
    rule = traitlets.Enum(["plain", "envelope"], "plain").tag(sync=True)
    mean = traitlets.Float(0.0).tag(sync=True)
    pooled = traitlets.Float(0.0).tag(sync=True)

    def __init__(self, **kwargs):
        defaults = dict(
            ask="One class becomes surer of itself: each of its confidences is replaced by its square root. What happens to the mean average precision over classes?",
            options=["it rises", "it falls", "nothing", "it depends on the class"],
            reveal="Nothing: a class's AP asks for the order of its own answers, and roots keep it. Try it below, and see which bar does move.",
            tasks={
                "half": "Find a list whose precision at the threshold is 50 % or more and whose AP is below 30 %.",
                "wise": "Keep half of a class's answers, with precision and recall both above 70 %.",
                "rare": "Let the rare class, juggle, go wrong and the frequent ones right: a mean over classes below 70 %, with all answers pooled above 80 %.",
            },
        )
        super().__init__(**{**defaults, **kwargs})
