"""One window, many equations: Lucas–Kanade on a real frame (M031 to M039, M044 to M050)."""

import traitlets

from kinema.widgets.demo import Demo
from kinema.widgets.frames import pair_as_bytes, check_points


class LucasKanadeDemo(Demo):
    """Move a window over a frame: its sums, its ellipse, its estimate and how far to trust it.

    Parameters
    ----------
    I0, I1 : array, shape (H, W)
        Your frames, at most 400 pixels a side.
    noise : float
        Mean squared slope that still counts as noise, (brightness/pixel)².
    """

    module = "lk_window"
    about = "A window on a filmed frame: five sums, the ellipse of its gradients, the estimated motion with its uncertainty."

    about_text = traitlets.Unicode(
        "Drag the window over a filmed frame. The ellipse is long across edges; the arrow is the estimated motion, drawn 15 times too long."
    ).tag(sync=True)
    shape = traitlets.List(traitlets.Int()).tag(sync=True)
    frame0 = traitlets.Bytes().tag(sync=True)
    frame1 = traitlets.Bytes().tag(sync=True)
    point = traitlets.List(traitlets.Int()).tag(sync=True)
    window = traitlets.Int(9).tag(sync=True)
    noise = traitlets.Float(2e-4).tag(sync=True)
    sums = traitlets.List(traitlets.Float()).tag(sync=True)
    eigenvalues = traitlets.List(traitlets.Float()).tag(sync=True)
    flow = traitlets.List(traitlets.Float()).tag(sync=True)

    def __init__(self, I0, I1, **kwargs):
        first, second = pair_as_bytes(I0, I1)
        height, width = first.shape
        check_points(height, width, **kwargs)
        defaults = dict(
            ask="A window of 21 × 21 gives 441 equations for two unknowns. Can such a window still fail?",
            options=["no, 441 are plenty", "only at the frame's border", "yes, anywhere"],
            reveal="Put a large window on the sky, then along the side of a tower: equations can all say the same, or nothing.",
            tasks={
                "sharp": "Find a window with λ₂ above the noise whose estimate is sure to within 0.12 px in every direction.",
                "edge": "Find a strong edge whose condition λ₁/λ₂ is above 30.",
                "many": "Collect 441 equations or more that still do not say which way the picture moves.",
            },
            point=[width // 2, height // 2],
        )
        super().__init__(
            shape=[height, width], frame0=first.tobytes(), frame1=second.tobytes(), **{**defaults, **kwargs}
        )
