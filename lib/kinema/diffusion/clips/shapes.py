"""One coloured shape that glides and bounces: films made on the fly, each with a caption that is true of all of it."""

import math
from typing import NamedTuple

import numpy as np

from kinema.checks import check_count

COLOURS = {
    "red": (0.91, 0.27, 0.22),
    "green": (0.30, 0.72, 0.35),
    "blue": (0.30, 0.52, 0.96),
    "yellow": (0.95, 0.80, 0.25),
}
SHAPES = ("circle", "square", "triangle", "cross")
PATHS = ("sideways", "up and down", "diagonally")
SPEEDS = {"slowly": (0.5, 0.9), "quickly": (1.5, 2.3)}  # pixels/frame where frames are 32 pixels wide
VOCABULARY = (*COLOURS, *SHAPES, *PATHS, *SPEEDS)
BACKGROUND = (0.06, 0.07, 0.10)
SPREAD = math.radians(12)  # how far a path may be off its name
EDGE = 0.35  # pixels over which a shape's edge fades, so that motion of less than a pixel shows


class Scene(NamedTuple):
    """What a film of this kind is about; everything else follows."""

    colour: str
    shape: str
    path: str
    speed: str
    radius: float
    """Pixels."""
    place: tuple[float, float]
    """(x, y) of the centre in frame 0, pixels."""
    velocity: tuple[float, float]
    """(u, v) in frame 0, pixels/frame."""

    @property
    def caption(self):
        """The scene in words, such as "red circle, quickly, sideways"."""
        return f"{self.colour} {self.shape}, {self.speed}, {self.path}"


def random_scene(rng, *, size=32):
    """A scene drawn by the numpy generator `rng` for square frames of `size` pixels."""
    scale = size / 32
    path = PATHS[rng.integers(len(PATHS))]
    speed = tuple(SPEEDS)[rng.integers(len(SPEEDS))]
    radius = rng.uniform(4.0, 6.0) * scale
    steepness = {"sideways": 0.0, "up and down": math.pi / 2, "diagonally": math.pi / 4}[path]
    angle = steepness + rng.uniform(-SPREAD, SPREAD)
    step = rng.uniform(*SPEEDS[speed]) * scale
    u, v = step * np.cos(angle) * rng.choice((-1, 1)), step * np.sin(angle) * rng.choice((-1, 1))
    x, y = rng.uniform(radius, size - radius, 2)
    colour, shape = tuple(COLOURS)[rng.integers(len(COLOURS))], SHAPES[rng.integers(len(SHAPES))]
    return Scene(colour, shape, path, speed, float(radius), (float(x), float(y)), (float(u), float(v)))


def bounced(start, step, times, low, high):
    """Where something is at `times` that starts at `start`, moves `step` per frame, and turns round at `low` and `high`."""
    length = high - low
    there = np.mod(start - low + step * np.asarray(times, dtype=float), 2 * length)
    return low + np.minimum(there, 2 * length - there)


def places(scene, times, *, size=32):
    """(x, y) of the shape's centre in the frames `times`, shape (F, 2), pixels; it bounces off the borders."""
    low, high = scene.radius, size - scene.radius
    return np.stack([bounced(scene.place[k], scene.velocity[k], times, low, high) for k in (0, 1)], axis=-1)


def _inside(shape, x, y, radius):
    """How far (x, y), relative to the centre, is within the shape, pixels; negative outside."""
    if shape == "circle":
        return radius - np.hypot(x, y)
    if shape == "square":
        return 0.85 * radius - np.maximum(np.abs(x), np.abs(y))
    if shape == "triangle":  # pointing up
        return np.minimum(0.55 * radius - y, (y + radius) * 0.5 - np.abs(x) * 0.9)
    arm = 0.36 * radius  # a cross
    horizontal = np.minimum(radius - np.abs(x), arm - np.abs(y))
    return np.maximum(horizontal, np.minimum(radius - np.abs(y), arm - np.abs(x)))


def draw(scene, times, *, size=32):
    """The frames `times` of a scene.

    Parameters
    ----------
    scene : Scene
    times : sequence of numbers
        Frame indices, in any order, whole or not.
    size : int
        Side of the frames, pixels.

    Returns
    -------
    array, shape (F, size, size, 3)
        float32 in [0, 1].
    """
    centre = places(scene, times, size=size)
    pixels = np.arange(check_count(size, "size")) + 0.5
    x = pixels[None, None, :] - centre[:, 0, None, None]                 # (F, 1, W)
    y = pixels[None, :, None] - centre[:, 1, None, None]                 # (F, H, 1)
    x, y = np.broadcast_arrays(x, y)
    cover = 1 / (1 + np.exp(-_inside(scene.shape, x, y, scene.radius) / EDGE * 2))
    colour, ground = np.asarray(COLOURS[scene.colour]), np.asarray(BACKGROUND)
    return (ground + cover[..., None] * (colour - ground)).astype(np.float32)


class MovingShapes:
    """Films of moving shapes, as many as asked for, each the same whenever it is asked for.

    ``data[i]`` is a `Film`; ``data.film(i, times)`` are its frames at any indices.

    Parameters
    ----------
    count : int
        Films.
    size : int
        Side of the frames, pixels; at least 16.
    seed : int
        Another seed shares no film with this one.
    """

    channels = 3
    vocabulary = VOCABULARY

    def __init__(self, count, *, size=32, seed=0):
        if check_count(size, "size") < 16:
            raise ValueError(f"size must be at least 16 pixels, or the shapes cannot be told apart; got {size}")
        self.count, self.size, self.seed = check_count(count, "count"), size, seed

    def __len__(self):
        return self.count

    def scene(self, i):
        """What film `i` is about."""
        if not 0 <= i < self.count:
            raise IndexError(i)
        return random_scene(np.random.default_rng((self.seed, 12, i)), size=self.size)

    def frames(self, i, times):
        """Frames `times` of film `i`, float32 (F, H, W, 3) in [0, 1]."""
        return draw(self.scene(i), times, size=self.size)

    def caption(self, i):
        """Film `i` in words."""
        return self.scene(i).caption
