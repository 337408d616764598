"""Textures that move: which way, and how fast, without a single frame that tells.

A texture is a sum of plane waves, known at every real position, so that it moves without interpolation and without a
seam where it wraps round.
"""

import math

import numpy as np
import torch
from torch.utils.data import Dataset

from kinema.checks import check_choice, check_count


def moving_texture(rng, motion, *, frames, size, angles=(0.0, math.pi), wavelengths=(5.0, 14.0), waves=24):
    """A random texture that moves by `motion` per frame.

    Parameters
    ----------
    rng : numpy.random.Generator
    motion : (float, float)
        u (right) and v (down), pixels/frame.
    frames, size : int
        Length, and side of the square frames, pixels.
    angles, wavelengths : (float, float)
        Range of the waves' directions, radians, and of their lengths, pixels.
    waves : int

    Returns
    -------
    tensor, shape (3, frames, size, size)
        Three equal channels in [0, 1].
    """
    k = 2 * math.pi / np.exp(rng.uniform(*np.log(wavelengths), waves))
    angle, phase = rng.uniform(*angles, waves), rng.uniform(0, 2 * math.pi, waves)
    kx, ky = (torch.as_tensor(k * f(angle), dtype=torch.float32) for f in (np.cos, np.sin))
    phase = torch.as_tensor(phase, dtype=torch.float32)
    t, x = torch.arange(frames, dtype=torch.float32), torch.arange(size, dtype=torch.float32)
    along_x = kx[:, None, None] * (x - motion[0] * t[:, None])                   # (waves, T, W)
    along_y = ky[:, None, None] * (x - motion[1] * t[:, None])                   # (waves, T, H)
    total = torch.cos(phase[:, None, None, None] + along_x[:, :, None] + along_y[..., None]).sum(dim=0)
    clip = 0.5 + 0.5 * torch.tanh(total / math.sqrt(2 * waves))                  # (T, H, W)
    return clip.expand(3, *clip.shape).clone()


class Directions(Dataset):
    """Does the texture move left (0) or right (1)?

    Clips come in pairs: clip 2k + 1 shows the frames of clip 2k in the opposite order. Whatever ignores the order of
    frames gives both the same answer, and one of the two is wrong: exactly half are right, for any such classifier.

    Parameters
    ----------
    count : int
        Clips; even.
    frames, size : int
    speed : float
        Pixels/frame.
    seed : int

    Raises
    ------
    ValueError
        If `count` is odd.
    """

    classes = ("left", "right")

    def __init__(self, count, *, frames=16, size=32, speed=1.0, seed=0):
        if check_count(count, "count") % 2:
            raise ValueError(f"count must be even, since clips come in pairs; got {count}")
        self.count, self.frames, self.size, self.speed, self.seed = count, frames, size, speed, seed

    def __len__(self):
        return self.count

    def __getitem__(self, i):
        if not 0 <= i < self.count:
            raise IndexError(i)
        rng = np.random.default_rng((self.seed, i // 2))
        clip = moving_texture(rng, (self.speed, 0.0), frames=self.frames, size=self.size)
        backwards = bool(rng.integers(2)) != bool(i % 2)
        return (clip.flip(1), 0) if backwards else (clip, 1)


class TextureSpeed(Dataset):
    """What is it, and how fast? The texture shows in every frame, the speed in none.

    Parameters
    ----------
    count : int
        Clips; a multiple of `textures` times the number of speeds, so that all classes are equally frequent.
    textures : int
        Kinds, told apart by the direction of their waves.
    speeds : sequence of float
        Pixels/frame; the direction is random.
    label : {"both", "texture", "speed"}
        "both" numbers texture times speed.
    frames, size, seed : int

    Raises
    ------
    ValueError
        If `count` is no multiple of the number of classes, there is no speed, or `label` is none of these.
    """

    def __init__(self, count, *, textures=2, speeds=(0.5, 2.0), label="both", frames=16, size=32, seed=0):
        self.textures, self.speeds = check_count(textures, "textures"), tuple(speeds)
        if not self.speeds:
            raise ValueError("speeds must name at least one speed, pixels/frame")
        classes = textures * len(self.speeds)
        if check_count(count, "count") % classes:
            raise ValueError(f"count must be a multiple of {classes}, the number of classes; got {count}")
        self.label = check_choice(label, ("both", "texture", "speed"), "label")
        self.count, self.frames, self.size, self.seed = count, frames, size, seed

    def __len__(self):
        return self.count

    def __getitem__(self, i):
        if not 0 <= i < self.count:
            raise IndexError(i)
        rng = np.random.default_rng((self.seed, 1, i))
        kind, speed = i % self.textures, i // self.textures % len(self.speeds)
        centre, spread = math.pi * kind / self.textures, math.pi / (4 * self.textures)
        way = rng.uniform(0, 2 * math.pi)
        motion = self.speeds[speed] * math.cos(way), self.speeds[speed] * math.sin(way)
        angles = (centre - spread, centre + spread)
        clip = moving_texture(rng, motion, frames=self.frames, size=self.size, angles=angles)
        labels = {"texture": kind, "speed": speed, "both": kind * len(self.speeds) + speed}
        return clip, labels[self.label]
