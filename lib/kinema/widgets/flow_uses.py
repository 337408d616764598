"""One flow field, six uses: why anyone estimates motion (M004 to M011)."""

import numpy as np
import traitlets

from kinema.arrays import to_numpy
from kinema.filters import gaussian_blur
from kinema.flow import lucas_kanade
from kinema.widgets.demo import Demo
from kinema.widgets.frames import as_bytes, check_points

FLOW_UNIT = 1 / 32  # one step of the signed bytes that carry the flow, pixels


class FlowUsesDemo(Demo):
    """Scrub through a clip under six uses of the same flow: track, stabilise, stitch and more.

    Parameters
    ----------
    frames : array, shape (T, H, W)
        Your clip, gray, at least 3 frames; motion of a pixel or so per frame.
    """

    module = "flow_uses"
    about = "A filmed clip under six uses of one flow field: features, tracking, stabilisation, mosaic, shape, slow motion."

    about_text = traitlets.Unicode(
        "Filmed towers, a drifting camera, and one flow field per frame, computed once. Choose what to do with it."
    ).tag(sync=True)
    shape = traitlets.List(traitlets.Int()).tag(sync=True)
    frames = traitlets.Bytes().tag(sync=True)
    flow_shape = traitlets.List(traitlets.Int()).tag(sync=True)
    flow_unit = traitlets.Float(FLOW_UNIT).tag(sync=True)
    flows = traitlets.Bytes().tag(sync=True)
    top_speed = traitlets.Float(1.0).tag(sync=True)
    use = traitlets.Enum(["features", "track", "stabilise", "mosaic", "shape", "effect"], "features").tag(sync=True)
    strength = traitlets.Float(0.0).tag(sync=True)
    time = traitlets.Float(0.0).tag(sync=True)
    point = traitlets.List(traitlets.Int()).tag(sync=True)
    screen_drift = traitlets.Float(0.0).tag(sync=True)

    def __init__(self, frames, **kwargs):
        levels = as_bytes(frames, "frames")
        if levels.ndim != 3 or levels.shape[0] < 3:
            raise ValueError(f"frames has shape {levels.shape}, expected (T, H, W) with at least 3 frames")
        count, height, width = levels.shape
        check_points(height, width, **kwargs)
        flows = np.stack([coarse_flow(levels[k], levels[k + 1]) for k in range(count - 1)])
        defaults = dict(
            ask="Six uses of motion. How many of them need more than the flow field and the frames?",
            options=["none", "only the mosaic", "most of them"],
            reveal="All six below run on the same stored flow; nothing else was computed.",
            tasks={
                "all": "Try all six uses.",
                "still": "Stabilise: bring the drift on the screen below 0.3 px.",
                "lost": "Find a point that the tracker thinks stands still. Why does it fail there?",
            },
            point=[width // 2, height // 2],
        )
        super().__init__(
            shape=[count, height, width],
            frames=levels.tobytes(),
            flow_shape=list(flows.shape[2:]),
            flows=np.clip(np.rint(flows / FLOW_UNIT), -127, 127).astype(np.int8).tobytes(),
            top_speed=float(np.percentile(np.hypot(flows[:, 0], flows[:, 1]), 95)),
            **{**defaults, **kwargs},
        )


def coarse_flow(I0, I1):
    """Flow between two uint8 frames on a grid of every second pixel, (2, H/2, W/2), pixels/frame.

    Lucas–Kanade on slightly blurred frames; where it finds no answer the demo takes "no motion",
    and lets the reader discover that.
    """
    blurred = [gaussian_blur(to_numpy(I).astype(np.float32) / 255, 1.0) for I in (I0, I1)]
    flow = lucas_kanade(*blurred, window=15, gradient_of="mean", min_eigenvalue=2e-5)
    return np.nan_to_num(flow, nan=0.0)[:, ::2, ::2]
