"""A tangent for a curve: the flow equation in one dimension (M019 to M025)."""

import traitlets

from kinema.widgets.demo import Demo


class TaylorDemo(Demo):
    """Move a row of brightness and compare the flow equation's estimate with the truth."""

    module = "taylor"
    about = "A row of brightness moves. The tangent turns the change of brightness into a motion, rightly only for small ones."

    about_text = traitlets.Unicode(
        "One row of an image, before (dashed) and after (solid) it moves. The blue tangent turns the change It into a distance: where it reaches the old brightness."
    ).tag(sync=True)
    displacement = traitlets.Float(1.0).tag(sync=True)
    wavelength = traitlets.Float(20.0).tag(sync=True)
    position = traitlets.Float(20.0).tag(sync=True)
    estimate = traitlets.Float(0.0).tag(sync=True)

    def __init__(self, **kwargs):
        defaults = dict(
            ask="You double a small displacement. What happens to the part that the flow equation leaves unexplained?",
            options=["it stays the same", "it doubles", "it grows about fourfold"],
            reveal="Set 0.5 px, then 1 px, and compare the last number of the line below.",
            tasks={
                "square": "Show the fourfold growth: two displacements, one twice the other, both at most 2 px.",
                "sign": "Make the estimate point the wrong way while the row moves by half a pixel or more.",
                "explode": "Make the estimate more than five times the motion.",
            },
        )
        super().__init__(**{**defaults, **kwargs})
