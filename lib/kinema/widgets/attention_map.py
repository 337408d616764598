"""Attention of one place of a clip to all others (R026)."""

import numpy as np
import traitlets

from kinema.widgets.demo import Demo
from kinema.widgets.frames import as_bytes

CHANNELS = 24  # 16 of brightness, 8 of edges
LEVELS = 30.0  # how many steps of int8 are one standard deviation


def describe_patches(frames, patch):
    """What each patch looks like: 4 x 4 mean brightnesses and 8 shares of edge directions, standardised.

    Parameters
    ----------
    frames : array, shape (T, H, W)
        Brightness in [0, 1].
    patch : int
        Side, pixels; a multiple of 4.

    Returns
    -------
    array, shape (T, H // patch, W // patch, 24)
        Mean 0 and variance 1 over all patches, channel by channel.
    """
    from kinema.recognition.trajectories import orientation_maps  # torch is not needed for the other demos

    T, rows, columns = frames.shape[0], frames.shape[1] // patch, frames.shape[2] // patch
    frames = np.asarray(frames, dtype=np.float64)[:, : rows * patch, : columns * patch]
    cell = patch // 4
    cells = frames.reshape(T, rows, 4, cell, columns, 4, cell).mean(axis=(3, 6))           # (T, rows, 4, columns, 4)
    brightness = cells.transpose(0, 1, 3, 2, 4).reshape(T, rows, columns, 16)
    edges = np.empty((T, rows, columns, 8))
    for t in range(T):
        gy, gx = np.gradient(frames[t])
        maps = orientation_maps(gx, gy, 8).reshape(8, rows, patch, columns, patch)
        edges[t] = np.moveaxis(maps.mean(axis=(2, 4)), 0, -1)
    features = np.concatenate([brightness, edges], axis=-1)
    spread = features.std(axis=(0, 1, 2))
    return (features - features.mean(axis=(0, 1, 2))) / np.where(spread > 0, spread, 1)


class AttentionMapDemo(Demo):
    """Choose a place of your clip; see how much every other place contributes to its answer.

    Parameters
    ----------
    frames : array, shape (T, H, W)
        Your clip, gray, 2 to 8 frames of 16 to 160 pixels a side.
    patch : int
        Side of a place, pixels: 4, 8, 12 or 16.
    """

    module = "attention_map"
    about = "One place of a clip asks all places of all frames. Attention is nearly a single place or nearly a blur, and the scale decides which."

    about_text = traitlets.Unicode(
        "A non-local block without learned weights: each place is a vector of what its patch looks like, and the softmax of its products with all others says from where it takes its answer. Choose the place that asks; brighter places answer more."
    ).tag(sync=True)
    shape = traitlets.List(traitlets.Int()).tag(sync=True)
    frames = traitlets.Bytes().tag(sync=True)
    grid = traitlets.List(traitlets.Int()).tag(sync=True)
    features = traitlets.Bytes().tag(sync=True)
    levels = traitlets.Float(LEVELS).tag(sync=True)
    query = traitlets.List(traitlets.Int()).tag(sync=True)
    channels = traitlets.Int(CHANNELS, min=1, max=CHANNELS).tag(sync=True)
    scale = traitlets.Enum(["scaled", "raw"], "scaled").tag(sync=True)
    reach = traitlets.Enum(["clip", "frame"], "clip").tag(sync=True)
    places = traitlets.Float(0.0).tag(sync=True)
    elsewhere = traitlets.Float(0.0).tag(sync=True)

    def __init__(self, frames, *, patch=8, **kwargs):
        levels = as_bytes(frames, "frames")
        if levels.ndim != 3 or not 2 <= levels.shape[0] <= 8:
            raise ValueError(f"frames has shape {levels.shape}, expected (T, H, W) with 2 to 8 frames")
        if max(levels.shape[1:]) > 160 or min(levels.shape[1:]) < 16:
            raise ValueError(f"frames are {levels.shape[1]} x {levels.shape[2]} pixels: crop them to between 16 and 160 a side")
        if patch not in (4, 8, 12, 16):
            raise ValueError(f"patch must be 4, 8, 12 or 16 pixels, got {patch}")
        found = describe_patches(levels / 255, patch)
        T, rows, columns, _ = found.shape
        query = list(kwargs.pop("query", (T // 2, rows // 2, columns // 2)))
        if len(query) != 3 or not all(0 <= q < n for q, n in zip(query, (T, rows, columns), strict=True)):
            raise ValueError(f"query = {query} lies outside the {T} x {rows} x {columns} places: it is (t, row, column)")
        defaults = dict(
            ask="One place asks all places of the clip. Does it get its answer from few of them, or from a blur of all?",
            options=["from itself alone", "from a few that look alike", "from a blur of all", "it depends"],
            reveal="Compare the two scales, and the number of channels. The page says what the division is for.",
            tasks={
                "needle": "Find a setting whose answer comes, in effect, from fewer than two places.",
                "blur": "Spread the answer over more than half of all places, in effect.",
                "time": "Let a place take more than 90 % of its answer from other frames than its own.",
            },
        )
        super().__init__(
            shape=list(levels.shape), frames=np.ascontiguousarray(levels).tobytes(), grid=[T, rows, columns], query=query,
            features=np.clip(np.rint(LEVELS * found), -127, 127).astype(np.int8).tobytes(), **{**defaults, **kwargs},
        )  # fmt: skip
