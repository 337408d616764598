"""Lines that meet: one constraint line per pixel, their intersection, a tempting average (M040 to M043)."""

import traitlets

from kinema.widgets.demo import Demo
from kinema.widgets.frames import pair_as_bytes, check_points


class ConstraintLinesDemo(Demo):
    """Add pixels of a frame; each adds its line to the (u, v) plane.

    Parameters
    ----------
    I0, I1 : array, shape (H, W)
        Your frames, at most 400 pixels a side.
    true_flow : (float, float)
        Uniform motion between them, pixels/frame.
    """

    module = "constraint_lines"
    about = "Each pixel of a frame draws one line in the plane of motions. Lines of different slopes meet at the motion."

    about_text = traitlets.Unicode(
        "Click pixels of the frame (or move the dot with the arrow keys and press Enter). Each adds one line on the right."
    ).tag(sync=True)
    shape = traitlets.List(traitlets.Int()).tag(sync=True)
    frame0 = traitlets.Bytes().tag(sync=True)
    frame1 = traitlets.Bytes().tag(sync=True)
    true_flow = traitlets.List(traitlets.Float()).tag(sync=True)
    points = traitlets.List().tag(sync=True)
    cursor = traitlets.List(traitlets.Int()).tag(sync=True)
    flow = traitlets.List(traitlets.Float()).tag(sync=True)

    def __init__(self, I0, I1, true_flow, **kwargs):
        first, second = pair_as_bytes(I0, I1)
        height, width = first.shape
        check_points(height, width, **kwargs)
        defaults = dict(
            ask="Several edges, several normal flows. Is their average the motion?",
            options=["yes", "only if there are many", "no, it is too short"],
            reveal="Watch the cross: each normal flow is at most as long as the motion, so their average falls short.",
            tasks={
                "pair": "Choose exactly two pixels whose lines meet within 0.15 px of the truth.",
                "parallel": "Choose three or more pixels whose lines have no single meeting point.",
                "average": "With four or more pixels, get the meeting point within 0.2 px while the average is off by more than 0.35 px.",
            },
            cursor=[width // 2, height // 2],
        )
        super().__init__(
            shape=[height, width],
            frame0=first.tobytes(),
            frame1=second.tobytes(),
            true_flow=[float(c) for c in true_flow],
            **{**defaults, **kwargs},
        )
