"""Find the same colour: the correspondence problem before any calculus (M012 to M018)."""

import traitlets

from kinema.widgets.demo import Demo
from kinema.widgets.frames import pair_as_bytes, check_points


class SearchDemo(Demo):
    """Choose a pixel of frame 0; all equally good matches in frame 1 light up.

    Parameters
    ----------
    I0, I1 : array, shape (H, W, 3)
        Your colour frames, at most 400 pixels a side.
    second : str
        What to call the second one, "frame 1" by default.
    """

    module = "search"
    about = "For a pixel of one frame, every pixel of the next with the same colour lights up: usually many."

    about_text = traitlets.Unicode(
        "Pick a pixel in frame 0. Yellow marks every pixel of the later frame, within the white square, that looks the same."
    ).tag(sync=True)
    shape = traitlets.List(traitlets.Int()).tag(sync=True)
    frame0 = traitlets.Bytes().tag(sync=True)
    frame1 = traitlets.Bytes().tag(sync=True)
    second = traitlets.Unicode("frame 1").tag(sync=True)
    point = traitlets.List(traitlets.Int()).tag(sync=True)
    patch = traitlets.Int(1).tag(sync=True)
    radius = traitlets.Int(5).tag(sync=True)
    tolerance = traitlets.Int(10).tag(sync=True)
    matches = traitlets.Int(0).tag(sync=True)
    flow = traitlets.List(traitlets.Int()).tag(sync=True)

    def __init__(self, I0, I1, **kwargs):
        first, second = pair_as_bytes(I0, I1, channel_axis=-1)
        height, width = first.shape[:2]
        check_points(height, width, **kwargs)
        defaults = dict(
            ask="How many of the 121 pixels within 5 px have the colour of the marked one, give or take 10 grey levels?",
            options=["exactly one", "a handful", "dozens"],
            reveal="Count the yellow squares, then try a lit window, an edge of a tower and the sky.",
            tasks={
                "many": "With a patch of a single pixel, find a hundred matches or more.",
                "one": "Choose pixel and patch so that exactly one candidate is left, searching 4 px or further.",
                "hopeless": "Find a place where even a 9 × 9 patch has eight or more matches within 12 levels.",
            },
            point=[width // 2, height // 2],
        )
        super().__init__(
            shape=[height, width], frame0=first.tobytes(), frame1=second.tobytes(), **{**defaults, **kwargs}
        )
