"""Real footage that comes with the package.

`lib/kinema/data/footage/README.md` states where each file is from and under which licence.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

FOOTAGE = Path(__file__).parent / "footage"


@dataclass(frozen=True)
class ClipInfo:
    """What is known of a shipped clip."""

    file: str
    about: str
    licence: str
    source: str


CLIPS = {
    "city": ClipInfo(
        file="city.mp4",
        about="Towers at night from a slowly drifting camera; their windows flicker, the sky is flat.",
        licence="CC0 1.0 (public domain dedication)",
        source="cityCC0.mpg of the Kivy examples, every second frame of the first shot at half size",
    ),
}


class Clip(NamedTuple):
    """Decoded frames."""

    frames: np.ndarray
    """uint8, shape (T, H, W, 3)."""
    frame_rate: float
    """Frames per second."""

    @property
    def gray(self):
        """Mean of the three channels in [0, 1], float32, shape (T, H, W)."""
        return self.frames.mean(axis=-1, dtype=np.float32) / np.float32(255)


def clip_names():
    """Names that `load_clip` accepts."""
    return tuple(CLIPS)


def load_clip(name="city", *, start=0, stop=None, step=1):
    """Frames of a shipped clip.

    Parameters
    ----------
    name : str
        One of `clip_names`.
    start, stop, step : int
        Which frames, as in a slice. A larger step makes the motion larger.

    Returns
    -------
    Clip

    Raises
    ------
    ValueError
        If there is no such clip, or no frame is left.
    ImportError
        If PyAV, which decodes the file, is not installed.
    """
    if name not in CLIPS:
        raise ValueError(f"no clip called {name!r}; there are: {', '.join(CLIPS)}")
    try:
        import av
    except ImportError as error:
        raise ImportError("decoding a clip needs PyAV: pip install 'kinema[data]'") from error
    with av.open(str(FOOTAGE / CLIPS[name].file)) as container:
        stream = container.streams.video[0]
        rate = float(stream.average_rate)
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(stream)]
    chosen = frames[slice(start, stop, step)]
    if not chosen:
        raise ValueError(f"{name!r} has {len(frames)} frames: none lies in [{start}:{stop}:{step}]")
    return Clip(np.stack(chosen), rate / abs(step))
