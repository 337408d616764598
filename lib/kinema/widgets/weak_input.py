"""What the Fast pathway may be shown: colour, gray, less detail, differences, flow (R069, R070)."""

import numpy as np
import traitlets

from kinema.arrays import to_numpy
from kinema.cost.lecture import INPUTS, cells
from kinema.widgets.demo import Demo
from kinema.widgets.frames import as_bytes

KINDS = ("rgb", "half", "gray", "difference", "flow")  # in the order of the lecture's table
CHANNELS = {"rgb": 3, "half": 3, "gray": 1, "difference": 1, "flow": 2}
MOST = 4  # filters that are shown of one net


class WeakInputDemo(Demo):
    """Choose what the Fast pathway sees of a clip; look at the filters that nets have learned from it.

    Parameters
    ----------
    clip : array, shape (T, H, W, 3)
        Your clip in colour, 3 to 8 frames of 16 to 160 pixels a side, even.
    filters : dict or None
        For some of "rgb", "half", "gray", "difference", "flow" the first filters of a net that was trained on it, arrays
        of shape (n, C, depth, k, k) with C = 3, 3, 1, 1, 2.
    """

    module = "weak_input"
    about = "A clip as the Fast pathway may be shown it: in colour, in gray, at half resolution, as differences of frames, as flow."

    about_text = traitlets.Unicode(
        "Above a clip, below what is left of it for the Fast pathway. Under them the first filters of small networks that were trained on such input, frame by frame, and the lecture's row for it (quoted)."
    ).tag(sync=True)
    shape = traitlets.List(traitlets.Int()).tag(sync=True)
    clip = traitlets.Bytes().tag(sync=True)
    filters = traitlets.Dict().tag(sync=True)
    printed = traitlets.Dict().tag(sync=True)
    kind = traitlets.Enum(KINDS, "rgb").tag(sync=True)
    film = traitlets.Enum(["runs", "rests"], "runs").tag(sync=True)
    first = traitlets.Int(1, min=0).tag(sync=True)
    numbers = traitlets.Int(0).tag(sync=True)
    contrast = traitlets.Float(0.0).tag(sync=True)

    def __init__(self, clip, filters=None, **kwargs):
        levels = as_bytes(clip, "clip")
        if levels.ndim != 4 or levels.shape[-1] != 3 or not 3 <= levels.shape[0] <= 8:
            raise ValueError(f"clip has shape {levels.shape}, expected (T, H, W, 3) with 3 to 8 frames")
        if max(levels.shape[1:3]) > 160 or min(levels.shape[1:3]) < 16 or any(n % 2 for n in levels.shape[1:3]):
            raise ValueError(f"frames are {levels.shape[1]} x {levels.shape[2]} pixels: crop them to even sides between 16 and 160")
        if not 0 <= kwargs.setdefault("first", min(1, levels.shape[0] - 3)) <= levels.shape[0] - 3:
            raise ValueError(f"first = {kwargs['first']}: three frames from there on are shown, of {levels.shape[0]}")
        defaults = dict(
            ask="The Fast pathway is there for motion. Which input served it worst, in the authors' own trial on Kinetics?",
            options=["gray", "half the resolution", "differences of frames", "optical flow"],
            reveal="Flow, the motion itself, came last, and gray equalled colour. Look at the rows below the pictures.",
            tasks={
                "vanish": "Let the film rest, and find an input of which nothing at all is left then.",
                "fewest": "Show the Fast pathway as few numbers a frame as you can.",
                "bargain": "Find the input that spares more than a GFLOP and loses no more than 0.1 points.",
            },
        )
        super().__init__(
            shape=list(levels.shape[:3]), clip=np.ascontiguousarray(levels).tobytes(),
            filters={kind: _levels(values, kind) for kind, values in (filters or {}).items()},
            printed={kind: [*cell.scores, float(cell.printed)] for kind, cell in zip(KINDS, cells(INPUTS), strict=True)}, **{**defaults, **kwargs},
        )  # fmt: skip


def _levels(values, kind):
    """Filters as {"shape": (n, depth, k, k), "values"}: whole numbers from -127 to 127, each filter by its own largest."""
    if kind not in KINDS:
        raise ValueError(f"filters of {kind!r}: expected some of {', '.join(KINDS)}")
    values = np.asarray(to_numpy(values), float)
    if values.ndim != 5 or values.shape[1] != CHANNELS[kind]:
        raise ValueError(f"filters of {kind!r} have shape {values.shape}, expected (n, {CHANNELS[kind]}, depth, k, k)")
    values = np.moveaxis(values[:MOST], 1, -1)
    largest = np.abs(values).max(axis=(1, 2, 3, 4), keepdims=True)
    levels = np.rint(127 * values / np.where(largest > 0, largest, 1)).astype(int)
    return {"shape": list(levels.shape[:4]), "values": levels.ravel().tolist()}
