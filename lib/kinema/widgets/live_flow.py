"""Dense flow of the reader's own camera, or of a clip, computed while it plays (M073 to M075)."""

import numpy as np
import traitlets

from kinema.data import texture
from kinema.filters import gaussian_blur
from kinema.sampling import sample_bicubic
from kinema.widgets.demo import Demo
from kinema.widgets.frames import as_bytes

SMALLEST, LARGEST = 40, 240  # pixels a side: four levels fit, and the page keeps up


def circling_camera(film, *, count=24, shape=(63, 112), radius=12.0, zoom=1.6, sticker=12.0):
    """A closed clip from a film: a camera that goes round in a circle, a sticker on its lens.

    Every frame is a crop of one of the film's frames; the crop's centre goes once round the circle,
    so the clip can be repeated without a jump, and taking every n-th frame makes the motion n times
    as long (a chord, to be exact).

    Parameters
    ----------
    film : array, shape (T, H, W)
        Gray. Its frames are used forth and back, as far as they go.
    count : int
        Frames of the clip.
    shape : (height, width)
        Of the clip, pixels.
    radius : float
        Of the circle, pixels of the clip: the motion is ``2 * radius * sin(pi / count)`` a frame.
    zoom : float
        Pixels of the film in one of the clip.
    sticker : float
        Radius of the sticker, pixels: the one part of the picture that stands still. 0 for none.

    Returns
    -------
    numpy array, shape (count, height, width), float64
        Brightness in [0, 1].

    Raises
    ------
    ValueError
        If the circle leaves the film.
    """
    film = as_bytes(film) / 255
    height, width = shape
    middle = (film.shape[-1] - 1) / 2, (film.shape[-2] - 1) / 2
    reach = [zoom * ((side - 1) / 2 + radius) for side in (width, height)]
    if reach[0] > middle[0] or reach[1] > middle[1]:
        size = f"{film.shape[-2]} x {film.shape[-1]}"
        raise ValueError(f"the circle leaves the film of {size} pixels: lower radius, zoom or shape")
    y, x = np.mgrid[:height, :width].astype(float)
    edge = np.clip(sticker - np.hypot(x - 0.8 * width, y - 0.7 * height), 0, 1)
    pattern = np.clip(texture(seed=3, shortest=6)(x, y), 0, 1)
    frames = []
    for k in range(count):
        turn = 2 * np.pi * k / count
        smooth = gaussian_blur(film[min(k, count - k, len(film) - 1)], zoom / 2)
        cx, cy = middle[0] + zoom * radius * np.cos(turn), middle[1] + zoom * radius * np.sin(turn)
        view = sample_bicubic(smooth, cx + zoom * (x - (width - 1) / 2), cy + zoom * (y - (height - 1) / 2))
        frames.append((1 - edge) * view + edge * pattern)
    return np.clip(np.stack(frames), 0, 1)


class LiveFlowDemo(Demo):
    """Pyramidal Lucas–Kanade at every pixel, in the page, on a clip or on the reader's own camera.

    The camera is asked for by a button alone, and its frames never leave the page: not even this object
    sees them. What it sees are the numbers below, some times a second.

    Parameters
    ----------
    frames : array, shape (T, H, W)
        Your clip, gray, at least 2 frames of 40 to 240 pixels a side.
    closed : bool
        Whether the first frame follows the last one, as in `circling_camera`.

    Attributes
    ----------
    flow_mean, ring_flow : list of float
        Motion (u, v) on average, and at the ring, pixels/frame.
    speed : float
        Mean speed, pixels/frame.
    unexplained : float
        Mean brightness difference of the pair once the second frame is pulled back along the flow,
        as a part of the difference before.
    pairs_per_second, ms_per_pair : float
        How often the page computes a flow (0 while it pauses), and how long one takes.
    """

    module = "live_flow"
    about = "Optical flow of a clip or of your own camera, computed while it plays, as colours, arrows or speed."

    about_text = traitlets.Unicode(
        "Two frames in, a motion for every pixel out, many times a second, computed by this page. The clip: a camera "
        "circles before towers, a sticker on its lens. Or take your own camera: its pictures never leave this page."
    ).tag(sync=True)
    shape = traitlets.List(traitlets.Int()).tag(sync=True)
    frames = traitlets.Bytes().tag(sync=True)
    closed = traitlets.Bool(False).tag(sync=True)
    time = traitlets.Int(0).tag(sync=True)
    every = traitlets.Int(1).tag(sync=True)
    levels = traitlets.Int(3).tag(sync=True)
    iterations = traitlets.Int(2).tag(sync=True)
    window = traitlets.Int(11).tag(sync=True)
    view = traitlets.Enum(["arrows", "colours", "speed"], "colours").tag(sync=True)
    top_speed = traitlets.Float(4.0).tag(sync=True)
    point = traitlets.List(traitlets.Float(), [0.3, 0.5]).tag(sync=True)
    mirror = traitlets.Bool(True).tag(sync=True)
    source = traitlets.Enum(["clip", "camera"], "clip").tag(sync=True)
    flow_mean = traitlets.List(traitlets.Float()).tag(sync=True)
    ring_flow = traitlets.List(traitlets.Float()).tag(sync=True)
    speed = traitlets.Float(0.0).tag(sync=True)
    unexplained = traitlets.Float(0.0).tag(sync=True)
    pairs_per_second = traitlets.Float(0.0).tag(sync=True)
    ms_per_pair = traitlets.Float(0.0).tag(sync=True)

    def __init__(self, frames, **kwargs):
        levels = as_bytes(frames)
        if levels.ndim != 3 or levels.shape[0] < 2:
            raise ValueError(f"frames has shape {levels.shape}, expected (T, H, W) with at least 2 frames")
        if min(levels.shape[1:]) < SMALLEST or max(levels.shape[1:]) > LARGEST:
            size = f"{levels.shape[1]} x {levels.shape[2]}"
            raise ValueError(f"frames are {size} pixels: crop them to {SMALLEST} to {LARGEST} a side")
        defaults = dict(
            ask="From frame to frame the clip moves by 3 pixels; every third frame makes it 9. The window is 11 pixels "
            "wide. How many levels does it take to follow 9 pixels?",
            options=["one: 9 is less than 11", "two", "three", "four"],
            reveal="One level already loses the 3 pixels, two follow them. Three lose 9 and four follow: each level "
            "doubles the reach. Try it with “Take every 3rd frame”.",
            tasks={
                "lost": "With one level, move too fast for it: more than half of the change in brightness unexplained.",
                "caught": "Follow a picture that moves by more than 5 px a frame on average, with less than a third of "
                "the change unexplained.",
                "still": "Move the ring to where the picture stands still while the rest moves. In the clip: what is it "
                "that moves?",
            },
        )
        super().__init__(shape=list(levels.shape), frames=levels.tobytes(), **{**defaults, **kwargs})
