"""What the scores mean: end-point error, outliers, and the colours of a flow (M083 to M087)."""

import numpy as np
import traitlets

from kinema.arrays import to_numpy
from kinema.filters import gaussian_blur
from kinema.widgets.demo import Demo
from kinema.widgets.frames import LARGEST

FLOW_UNIT = 1 / 64  # one step of the 16-bit numbers that carry the flow, pixels
UNKNOWN = -32768

# Hur & Roth (2020), Table 2, as printed: Sintel clean, Sintel final (mean end-point error on the
# test set, pixels), KITTI 2012, KITTI 2015 (outliers, %). None: no figure given.
PUBLISHED = (
    ("FlowNetS", 6.158, 7.218, 37.05, None),
    ("FlowNetC", 6.081, 7.883, None, None),
    ("SPyNet", 6.640, 8.360, 12.31, 35.07),
    ("FlowNet2", 3.959, 6.016, 4.82, 10.41),
    ("PWC-Net", 4.386, 5.042, 4.22, 9.60),
    ("LiteFlowNet", 3.449, 5.381, 3.27, 9.38),
    ("IRR-PWC", 3.844, 4.579, 3.21, 7.65),
    ("HD3", 4.788, 4.666, 2.26, 6.55),
    ("VCN", 2.808, 4.404, None, 6.30),
)


class FlowScoresDemo(Demo):
    """Two estimates of one flow, four ways to score them, and the colours that show them.

    Parameters
    ----------
    truth, first, second : array, shape (2, H, W), or None
        True flow and two estimates of it, at most 400 pixels a side and 500 pixels/frame; NaN where
        the truth is unknown. Without them, a street with an oncoming car, made up for this demo.
    """

    module = "flow_scores"
    about = "Two estimates of one flow, A and B. One has the smaller mean error, the other fewer outliers."

    about_text = traitlets.Unicode(
        "A made-up street, the true flow of a moving camera, and two estimates of it. Each dot of the plane is a pixel. Drag the two lines; the dots beyond them are outliers."
    ).tag(sync=True)
    shape = traitlets.List(traitlets.Int()).tag(sync=True)
    flow_unit = traitlets.Float(FLOW_UNIT).tag(sync=True)
    truth = traitlets.Bytes().tag(sync=True)
    first = traitlets.Bytes().tag(sync=True)
    second = traitlets.Bytes().tag(sync=True)
    estimate = traitlets.Enum(["A", "B"], "A").tag(sync=True)
    rule = traitlets.Enum(["and", "or", "px", "epe"], "and").tag(sync=True)
    px = traitlets.Float(3.0).tag(sync=True)
    pct = traitlets.Float(5.0).tag(sync=True)
    scores = traitlets.List(traitlets.Float()).tag(sync=True)
    direction = traitlets.List(traitlets.Float(), default_value=[0.0, -0.6]).tag(sync=True)
    goal = traitlets.List(traitlets.Float()).tag(sync=True)
    table = traitlets.List().tag(sync=True)
    column = traitlets.Enum(["clean", "final", "kitti12", "kitti15"], "clean").tag(sync=True)

    def __init__(self, truth=None, first=None, second=None, **kwargs):
        tasks = {
            "swap": "By “and”, A has more outliers. Move the lines until B has more.",
            "trap": "Find an estimate and lines for which “or” condemns more than half of the pixels and “and” fewer than a tenth.",
            "read": "Which way does the oncoming car on the left go? Put the wheel's dot on its colour.",
        }
        own = truth is not None
        if not own:
            truth, first, second = street()
        fields = [_levels(field, name) for field, name in ((truth, "truth"), (first, "first"), (second, "second"))]
        if len({f.shape for f in fields}) > 1:
            raise ValueError(f"truth, first and second have shapes {', '.join(str(f.shape) for f in fields)}: they must agree")
        if own:
            tasks.pop("read")
        defaults = dict(
            ask="Estimate A has the smaller mean error of the two. Which has fewer outliers?",
            options=["A", "B", "the mean does not say"],
            reveal="Here it is B, and lines elsewhere would say A. A mean and a count answer different questions.",
            tasks=tasks,
            goal=[] if own else list(CAR),
            table=[list(row) for row in PUBLISHED],
        )
        names = ("truth", "first", "second")
        super().__init__(
            shape=list(fields[0].shape[1:]),
            **{name: field.tobytes() for name, field in zip(names, fields, strict=True)},
            **{**defaults, **kwargs},
        )


def _levels(flow, name):
    """A flow as little-endian 16-bit numbers of FLOW_UNIT each, UNKNOWN where it is NaN."""
    flow = np.asarray(to_numpy(flow), np.float64)
    if flow.ndim != 3 or flow.shape[0] != 2:
        raise ValueError(f"{name} has shape {flow.shape}, expected (2, H, W) with u first")
    if max(flow.shape) > LARGEST:
        raise ValueError(f"{name} is {flow.shape[1]} x {flow.shape[2]} pixels: crop it to at most {LARGEST} a side")
    known = np.isfinite(flow).all(axis=0)
    levels = np.rint(np.where(known, flow, 0) / FLOW_UNIT)
    if abs(levels).max() > 32000:
        raise ValueError(f"{name} reaches {abs(levels).max() * FLOW_UNIT:.0f} px: a demo carries at most 500")
    return np.where(known, levels, UNKNOWN).astype("<i2")


CAR = (-58.0, 14.0)  # flow of the oncoming car, pixels/frame


def street(shape=(36, 64)):
    """A street seen from a driving car: true flow and two estimates, each (2, H, W), pixels/frame.

    One cell stands for a block of a real frame, so neighbours may differ by many pixels. Estimate A
    is a few pixels off nearly everywhere; B is sharp, but takes the oncoming car for road.
    """
    height, width = shape
    y, x = np.mgrid[:height, :width].astype(float)
    x, y = x - 0.5 * width, y - height / 3  # from the point that the camera drives towards
    ground = 0.14 * np.stack([x * y, y * y])
    houses = np.stack([0.5 * np.sign(x) * np.maximum(abs(x) - 6, 0), 0.25 * y * (abs(x) > 8)])
    sky = np.stack([0.4 + 0 * x, 0.2 + 0 * x])
    empty_street = np.where(y > 0, ground, np.where(abs(x) > 9, houses, sky))
    ahead = (abs(x - 4) < 3.5) & (y > -1) & (y < 5)
    car = ((abs(x + 17) < 9) & (y > 2) & (y < 9)) | ((abs(x + 17) < 7) & (y > -4) & (y < 3))
    truth = np.where(ahead, np.array([1.5, -0.8])[:, None, None], empty_street)
    truth = np.where(car, np.array(CAR)[:, None, None], truth)

    rng = np.random.default_rng(2012)
    smooth = gaussian_blur(rng.standard_normal((2, *shape)), 1.5)
    smooth *= 1.6 / smooth.std() * (1 + np.hypot(*truth) / 80)  # larger where things move faster
    first = truth + smooth + 0.3 * rng.standard_normal((2, *shape))
    second = np.where(car, empty_street, truth) + 0.35 * rng.standard_normal((2, *shape))
    return truth, first, second
