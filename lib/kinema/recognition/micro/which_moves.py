"""Two balls, one of which moves: a question that neither a picture nor the flow answers, but both at one place do."""

import math

import numpy as np
import torch
from torch.utils.data import Dataset

from kinema.checks import check_count


class WhichMoves(Dataset):
    """Does the dark ball move (0) or the light one (1)? The other stands still.

    Clips come in fours: either ball may be at either place, and either place may move. The four share two pictures
    (the middle frame) and two fields of motion, and each picture and each motion has both labels once. So whoever sees
    only the middle frame, or only motion, is right in exactly half of the clips; and a sum of two such verdicts, however
    they are weighted, is right in at most three of each four, since the label is their exclusive or.

    The balls are equally far from the gray around them. A flow that does not change when light and dark are swapped,
    such as that of Lucas and Kanade, cannot tell them apart.

    Parameters
    ----------
    count : int
        Clips; a multiple of 4.
    frames : int
        Odd, so that there is a middle frame.
    size : int
        Side of the square frames, pixels; at least 16.
    speed : float
        Of the ball that moves, pixels/frame; the direction is random.
    seed : int

    Raises
    ------
    ValueError
        If `count`, `frames` or `size` is none of these, or a ball would leave the frame.
    """

    classes = ("dark", "light")

    def __init__(self, count, *, frames=5, size=24, speed=1.0, seed=0):
        if check_count(count, "count") % 4:
            raise ValueError(f"count must be a multiple of 4, since clips come in fours; got {count}")
        if check_count(frames, "frames") % 2 == 0:
            raise ValueError(f"frames must be odd, so that one of them is in the middle; got {frames}")
        if check_count(size, "size") < 16:
            raise ValueError(f"size must be at least 16 pixels, for two balls beside each other; got {size}")
        self.radius = size / 8
        self.reach = 0.5 * speed * (frames - 1)  # how far the ball goes from its middle place, pixels
        if not 0 <= self.reach <= size / 4 - self.radius:
            raise ValueError(
                f"at {speed} pixels/frame a ball leaves its half of {size} pixels within {frames} frames: "
                f"take a speed from 0 to {2 * (size / 4 - self.radius) / max(frames - 1, 1):g}"
            )
        self.count, self.frames, self.size, self.speed, self.seed = count, frames, size, speed, seed

    def __len__(self):
        return self.count

    def scene(self, i):
        """(places (2, T, 2) in pixels (x, y), brightness of each ball as -1 or 1, which of the two moves)."""
        rng = np.random.default_rng((self.seed, 4, i // 4))
        margin = self.radius + self.reach
        # The balls keep to the two halves of the frame, so that they never touch; then the frame is turned or not.
        home = np.stack([rng.uniform(margin, self.size / 2 - margin, 2), rng.uniform(margin, self.size - margin, 2)], -1)
        home[1, 0] += self.size / 2
        if rng.integers(2):
            home = home[:, ::-1]
        way, order = rng.uniform(0, 2 * math.pi), rng.permutation(4)
        mover, light = divmod(int(order[i % 4]), 2)
        steps = np.arange(self.frames)[:, None] - (self.frames - 1) / 2
        places = np.repeat(home[:, None], self.frames, axis=1)
        places[mover] += steps * self.speed * np.array([math.cos(way), math.sin(way)])
        return places - 0.5, (1, -1) if light == 0 else (-1, 1), mover

    def __getitem__(self, i):
        if not 0 <= i < self.count:
            raise IndexError(i)
        places, brightness, mover = self.scene(i)
        x = torch.arange(self.size, dtype=torch.float32)
        frames = torch.full((self.frames, self.size, self.size), 0.5)
        for place, sign in zip(torch.as_tensor(places, dtype=torch.float32), brightness, strict=True):
            away = torch.hypot(x - place[:, 0, None, None], x[:, None] - place[:, 1, None, None])  # (T, H, W)
            frames += 0.4 * sign * torch.sigmoid(2 * (self.radius - away))
        return frames.expand(3, *frames.shape).clone(), int(brightness[mover] > 0)
