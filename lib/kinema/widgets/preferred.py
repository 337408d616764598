"""What a unit wants to see, from fast to slow (R046 to R053)."""

import numpy as np
import traitlets

from kinema.arrays import to_numpy
from kinema.widgets.demo import Demo


class PreferredStimulusDemo(Demo):
    """Turn up the price of change over time, and watch what a unit still wants.

    Parameters
    ----------
    clips : array, shape (units, prices, T, H, W)
        Favourites, brightness around 0 as the net reads it, at least 4 frames of 8 to 64 pixels a side.
    activations : array, shape (units, prices)
        How strongly each unit answers to them.
    prices : sequence of float, rising from 0
        The weights of the temporal penalty.
    names : sequence of str, optional
        Of the units.

    Notes
    -----
    `kinema.recognition.preferred_stimulus.slow_to_fast` makes clips and activations from your own net.
    """

    module = "preferred"
    about = "The favourite clip of a trained unit, under a rising price on change over time: it comes to rest, and its texture stays."

    about_text = traitlets.Unicode(
        "Clips that were learned by climbing one unit's answer. On the left the clip; on the right one of its columns or rows over time, downwards. The more a change over time costs, the slower the favourite."
    ).tag(sync=True)
    shape = traitlets.List(traitlets.Int()).tag(sync=True)
    clips = traitlets.Bytes().tag(sync=True)
    activations = traitlets.List(traitlets.List(traitlets.Float())).tag(sync=True)
    prices = traitlets.List(traitlets.Float()).tag(sync=True)
    names = traitlets.List(traitlets.Unicode()).tag(sync=True)
    unit = traitlets.Int(0).tag(sync=True)
    price = traitlets.Int(0).tag(sync=True)
    axis = traitlets.Enum(["column", "row"], "column").tag(sync=True)
    place = traitlets.Int(0).tag(sync=True)
    kept = traitlets.Float(1.0).tag(sync=True)
    moving = traitlets.Float(1.0).tag(sync=True)

    def __init__(self, clips, activations, prices, names=None, **kwargs):
        clips, activations = np.asarray(to_numpy(clips), float), np.asarray(to_numpy(activations), float)
        if clips.ndim != 5 or clips.shape[2] < 4 or not all(8 <= n <= 64 for n in clips.shape[3:]):
            raise ValueError(
                f"clips has shape {clips.shape}, expected (units, prices, T, H, W), 4 frames or more of 8 to 64 pixels"
            )
        prices = [float(p) for p in prices]
        if activations.shape != clips.shape[:2] or len(prices) != clips.shape[1]:
            raise ValueError(
                f"{clips.shape[0]} units at {clips.shape[1]} prices need as many activations and prices, "
                f"got activations of shape {activations.shape} and {len(prices)} prices"
            )
        if not np.isfinite(clips).all() or not (np.isfinite(activations).all() and (activations[:, 0] > 0).all()):
            raise ValueError("clips and activations must be finite, and each unit answer more than 0 to its free favourite")
        for name, count in (("unit", len(clips)), ("price", clips.shape[1])):
            if not 0 <= kwargs.get(name, 0) < count:
                raise ValueError(f"{name} = {kwargs[name]} is none of the {count} there are, counted from 0")
        if prices[0] != 0 or any(b <= a for a, b in zip(prices, prices[1:], strict=False)):
            raise ValueError(f"prices must rise from 0, got {prices}")
        names = [f"unit {k + 1}" for k in range(len(clips))] if names is None else list(names)
        if len(names) != len(clips):
            raise ValueError(f"{len(clips)} units need as many names, got {len(names)}")
        # One gray scale for each unit, so that its clips can be compared.
        largest = np.abs(clips).max(axis=(1, 2, 3, 4), keepdims=True)
        levels = np.rint(127.5 + 127.5 * clips / np.where(largest > 0, largest, 1)).astype(np.uint8)
        defaults = dict(
            ask="The favourite clip of a unit moves. Now any change over time costs more and more. What happens to the favourite?",
            options=[
                "it slows down and keeps its texture",
                "it turns gray: without motion nothing excites the unit",
                "it turns into the favourite of another unit",
            ],
            reveal="Raise the price, and compare the two numbers below.",
            tasks={
                "stop": "Make the favourite stand still: less than a twentieth of its change over time.",
                "bargain": "Find a price that removes more than half of the change and less than half of the answer.",
                "other": "Look at the fast side of another unit.",
            },
        )
        super().__init__(
            shape=list(clips.shape), clips=levels.tobytes(), activations=activations.tolist(), prices=prices,
            names=names, place=kwargs.pop("place", min(clips.shape[3:]) // 2), **{**defaults, **kwargs},
        )  # fmt: skip
