"""Through a window: what one edge reveals of a motion, and the barber pole (M026 to M030)."""

import traitlets

from kinema.widgets.demo import Demo


class ApertureDemo(Demo):
    """Drag the true motion of a striped sheet; see what a window in front of it reveals.

    Parameters
    ----------
    ask, options, reveal : str, list of str, str
        The prediction, when other than the default.
    """

    module = "aperture"
    about = "Stripes move behind a window. Every motion on one line of the (u, v) plane looks the same through it."

    about_text = traitlets.Unicode(
        "Left: stripes behind a window. Right: the plane of motions. Drag the dot to change how the sheet moves; arrow keys work too."
    ).tag(sync=True)
    flow = traitlets.List(traitlets.Float(), default_value=[1.0, 0.4]).tag(sync=True)
    normal_flow = traitlets.List(traitlets.Float()).tag(sync=True)
    angle = traitlets.Float(45.0).tag(sync=True)
    shape = traitlets.Enum(["circle", "tall", "wide", "open"], "circle").tag(sync=True)

    def __init__(self, **kwargs):
        defaults = dict(
            ask="The stripe behind the window moves. Which way does the whole sheet move?",
            options=["right", "down", "down and to the right", "it cannot be known"],
            reveal="Take the window away to see. Then put it back and slide the motion along the dotted line.",
            tasks={
                "twins": "Find two motions, most of a pixel apart, that the window cannot tell from each other.",
                "hidden": "Move the sheet by about a pixel a frame while the window shows nothing moving.",
                "pole": "Make a barber pole that lies: a tall window whose stripes seem to climb while the sheet goes sideways, or a wide one the other way round.",
            },
        )
        super().__init__(**{**defaults, **kwargs})
