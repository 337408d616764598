"""Three channels, one edge: why colour does not solve the aperture problem (M035, M036)."""

import traitlets

from kinema.widgets.demo import Demo


class ColorEdgeDemo(Demo):
    """Choose the hues on both sides of an edge; compare gray and colour systems."""

    module = "color_edge"
    about = "A straight edge between two colours. Three channels triple the equations, but all gradients stay parallel."

    about_text = traitlets.Unicode(
        "A straight edge between two hues, and the ellipses of its gradients: solid with all three channels, dashed in gray."
    ).tag(sync=True)
    left = traitlets.Float(0.0).tag(sync=True)
    right = traitlets.Float(60.0).tag(sync=True)
    extra = traitlets.Float(0.0).tag(sync=True)
    eigenvalues = traitlets.List(traitlets.Float()).tag(sync=True)

    def __init__(self, **kwargs):
        defaults = dict(
            ask="Gray gives one equation a pixel, colour three. Does colour solve the aperture problem on a straight edge?",
            options=["yes", "it depends on the hues", "no"],
            reveal="Look for a pair of hues that gives λ₂ anything to live on.",
            tasks={
                "invisible": "Find two hues whose edge gray cannot see, though colour sees it well.",
                "best": "Choose hues for a strong colour edge, λ₁ above 3, and check what λ₂ does.",
                "solve": "Make the colour system solvable, λ₂ above a tenth of λ₁. What did you have to add?",
            },
        )
        super().__init__(**{**defaults, **kwargs})
